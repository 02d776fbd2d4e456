import { runContract } from './run-contract.ts'

runContract('deno dev')
