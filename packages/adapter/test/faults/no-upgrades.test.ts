import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '@kitrt/core/client'
import type { Session } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { FaultProxy } from '../../../../testing/fault-proxy.ts'
import { haproxy } from '../proxies/haproxy.ts'
import { runProxy } from '../proxies/run-proxy.ts'
import type { RunningProxy } from '../proxies/run-proxy.ts'
import { trust } from '../proxies/trust.ts'
import { describeServed } from '../run-contract.ts'
import { live } from './follow.ts'
import { readJournal } from './journal-reader.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'

/** How a proxy may hinder sockets. */
const ways = {
  'answers 400 to an upgrade': 'http-request deny deny_status 400 if { req.hdr(upgrade) -m found }',
  'answers 403 to an upgrade': 'http-request deny deny_status 403 if { req.hdr(upgrade) -m found }',
  'takes the upgrade out': 'http-request del-header Upgrade',
}

/** For how long a transport that was fallen back to is preferred, in ms; see `connect`. */
const remembered = 600_000
const day = 86_400_000

const missing = await debianPackages(...haproxy.debian)
if (missing) test.skip(`a proxy that refuses upgrades: ${missing}`, () => {})
else
  for (const target of faultTargets) {
    describeServed(target, (server) => {
      describe.each(Object.entries(ways))('behind an HAProxy that %s', (_way, rule) => {
        let refusing: RunningProxy
        let passing: RunningProxy
        /** One origin for both. */
        let front: FaultProxy
        beforeAll(async () => {
          const start = (add: [string, string][]): Promise<RunningProxy> =>
            runProxy(
              { ...haproxy, changes: (place) => [...haproxy.changes(place), ...add] },
              server().port,
            )
          refusing = await start([['default_backend app', `${rule}\n\tdefault_backend app`]])
          passing = await start([])
          for (const { pem } of [refusing, passing]) trust(pem)
          front = await createFaultProxy(Number(new URL(refusing.url).port))
        })
        afterAll(async () => {
          await front?.close()
          await refusing?.stop()
          await passing?.stop()
        })

        test('rule 7: a client falls to streams within 2 s, remembers it for the origin, and tries sockets again later', async () => {
          let upgrades = 0
          class CountingSocket extends WebSocket {
            constructor(...args: ConstructorParameters<typeof WebSocket>) {
              super(...args)
              upgrades++
            }
          }
          const stored = new Map<string, string>()
          vi.stubGlobal('sessionStorage', {
            getItem: (key: string) => stored.get(key) ?? null,
            setItem: (key: string, value: string) => void stored.set(key, value),
          })
          onTestFinished(() => {
            vi.unstubAllGlobals()
            vi.useRealTimers()
          })
          const openPage = (): Session => {
            const session = connect(`${front.url.replace('http:', 'https:')}/realtime?user=ada`, {
              transports: [websocket({ WebSocket: CountingSocket }), eventStream()],
              onError: () => {},
              base: 20,
              cap: 200,
            })
            onTestFinished(() => session.close())
            return session
          }

          const begun = performance.now()
          const session = openPage()
          const reader = readJournal({ session }, randomUUID())
          await live(reader)
          expect(performance.now() - begun).toBeLessThan(2_000)
          expect(session.transport).toBe('event-stream')
          expect(upgrades).toBe(1)

          const comeBack = async (): Promise<void> => {
            reader.statuses.length = 0
            session.interrupt()
            await vi.waitUntil(() => reader.statuses.at(-1) === 'live', 15_000)
          }
          await comeBack()
          expect([session.transport, upgrades]).toEqual(['event-stream', 1])
          // The next page of the tab knows it too.
          session.close()
          const next = openPage()
          await live(readJournal({ session: next }, randomUUID()))
          expect([next.transport, upgrades]).toEqual(['event-stream', 1])

          const last = readJournal({ session: next }, randomUUID())
          await live(last)
          const later = async (by: number): Promise<void> => {
            vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + by })
            last.statuses.length = 0
            next.interrupt()
            await vi.waitUntil(() => last.statuses.at(-1) === 'live', 15_000)
          }
          await later(remembered + 1_000)
          expect([next.transport, upgrades]).toEqual(['event-stream', 2])
          // A clock that is set back does not keep sockets away until it is there again.
          await later(-day)
          expect([next.transport, upgrades]).toEqual(['event-stream', 3])
          front.to(Number(new URL(passing.url).port))
          await later(remembered + 1_000)
          expect([next.transport, upgrades]).toEqual(['websocket', 4])
          front.to(Number(new URL(refusing.url).port))
        })
      })
    })
  }
