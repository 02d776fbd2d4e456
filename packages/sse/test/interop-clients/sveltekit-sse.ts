export { source } from 'sveltekit-sse'
