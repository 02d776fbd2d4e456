import { eventually } from '../../../../testing/eventually.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { act } from '../faults/act.ts'
import type { Crowd } from './crowd.ts'
import type { Oracle } from './oracle.ts'

/** What stalled for long is given up after 1.5 heartbeats of 20 s; a wake-up that was lost is found within 40 s. */
const patience = 60_000

/** When all is quiet, each client has all that the engine has. */
export async function settle(
  server: Pick<RunningServer, 'url'>,
  crowd: Crowd,
  oracle: Oracle,
): Promise<void> {
  const { members } = crowd
  await eventually(() => crowd.waiting === 0 || undefined, patience)
  await eventually(
    () => members.every(({ following }) => following.status === 'live') || undefined,
    patience,
  )
  for (const channel of new Set(members.map((member) => member.channel))) {
    // oxlint-disable-next-line no-await-in-loop -- a few
    const log = await act<{ position: string; event: string }[]>(server, 'journal', {
      journal: channel,
    })
    oracle.settle(channel, log)
    const events = log.map(({ event }) => event)
    const last = log.at(-1)?.position
    const here = members.filter((member) => member.channel === channel)
    const hasAll = ({ witness }: (typeof here)[number]): boolean =>
      last === undefined || witness.at === last
    // oxlint-disable-next-line no-await-in-loop -- if it is late, what comes next is not
    await eventually(() => here.every(hasAll), patience).catch(() => {})
    for (const member of here) {
      if (!hasAll(member)) {
        oracle.faults.push(
          `${channel}: a client is live at ${member.witness.at}, the log is at ${last}`,
        )
      }
      const shown = member.following.state as string[]
      if (shown.join() !== events.slice(events.length - shown.length).join()) {
        oracle.faults.push(`${channel}: a client shows what the log has not`)
      }
    }
  }
}
