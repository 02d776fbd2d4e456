import { runContract } from './run-contract.ts'

runContract('bun dev')
