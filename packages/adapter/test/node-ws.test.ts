import { nodeWsTarget } from '../../../testing/targets.ts'
import { describeServed, runSocketContracts } from './run-contract.ts'

describeServed(nodeWsTarget, (running) => runSocketContracts(nodeWsTarget, running))
