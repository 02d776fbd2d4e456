import { haproxy } from './haproxy.ts'
import { proxyContract } from './proxy-contract.ts'

await proxyContract(haproxy)
