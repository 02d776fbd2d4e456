export { transport } from '@kitrt/stores'
