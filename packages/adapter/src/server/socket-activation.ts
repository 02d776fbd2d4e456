import { KitrtError } from '@kitrt/core'
import type { RuntimeName } from './runtime.ts'
import type { Environment } from './variables.ts'

/** sd_listen_fds(3): the sockets that systemd has opened begin after stdin, stdout and stderr. */
const firstFd = 3

/**
 * The listening socket that systemd hands over (LISTEN_FDS and LISTEN_PID, which have no prefix).
 *
 * @throws {KitrtError} with one sentence when there is one that cannot be served: systemd would hold
 *   its clients for ever
 */
export function readActivation(
  env: Environment,
  runtime: RuntimeName,
  pid: number,
): number | undefined {
  const { LISTEN_FDS: fds, LISTEN_PID: owner } = env
  if (!fds || fds === '0') return undefined
  if (owner && Number(owner) !== pid) {
    throw new KitrtError(
      'bad-argument',
      `LISTEN_FDS is for the process ${owner}, and this is ${pid}. Have systemd start the runtime itself, not a shell or npm.`,
    )
  }
  if (runtime !== 'Node') {
    throw new KitrtError(
      'bad-argument',
      `LISTEN_FDS is set, but ${runtime} cannot serve a socket that systemd has opened. Run the build with Node.`,
    )
  }
  if (fds !== '1')
    throw new KitrtError('bad-argument', `LISTEN_FDS must be 1, one socket, got '${fds}'.`)
  return firstFd
}
