/** A fault that somebody could make: one text of a source file in place of another. */
export interface Mutant {
  name: string
  /** Relative to `src`. */
  file: string
  from: string
  to: string
  /** A seed that finds it as the code is now: the search begins there. @default 1 */
  near?: number
}

/**
 * Each must be found by the simulation, or the simulation proves nothing about it. Faults that another
 * rule heals are not here: of a hub that goes live too early, the client's own check of each event
 * makes a short delay.
 */
export const mutants: Mutant[] = [
  {
    name: 'a publish is acknowledged before it is stored',
    file: 'server/hub/create-hub.ts',
    from: 'const { position, duplicate } = await channel.publishDraft(who, draft, key)',
    to: `channel.publishDraft(who, draft, key).catch(() => {})
        const { position, duplicate } = { position: 'e.1.x', duplicate: false }`,
  },
  {
    name: 'a resume trusts the offset alone',
    file: 'server/hub/chain.ts',
    from: 'if (entry.previous !== id) {',
    to: 'if (entry === undefined) {',
  },
  {
    name: 'the end of a page is not compared with the end of the log',
    file: 'server/hub/chain.ts',
    from: 'if (entries.length > 0 || id === idOf(last)) return undefined',
    to: 'return undefined',
  },
  {
    name: 'a page of the replay is not checked',
    file: 'server/hub/subscription.ts',
    from: 'const reason = (isLatest ? breakOfLatest : breakOf)(position, page)',
    to: 'const reason = breakOf(page.last, { entries: [], last: page.last })',
  },
  {
    name: 'a reset is not told',
    file: 'server/hub/subscription.ts',
    from: 'say({ reset: reason, after: resetAfter() })',
    to: 'resetAfter()',
  },
  {
    name: 'the mark that something came is not looked at',
    file: 'server/hub/subscription.ts',
    from: 'if (dirty || position !== page.last) return false',
    to: 'if (position !== page.last) return false',
  },
  {
    name: 'nobody looks whether a wake-up was lost',
    near: 82,
    file: 'server/hub/watch.ts',
    from: 'some[index]?.compare(last)',
    to: 'some[index]?.key.startsWith(last)',
  },
  {
    name: 'a room does not tell its followers of a fork',
    near: 210,
    file: 'server/hub/room.ts',
    from: 'for (const follower of followers) follower.broken(reason)',
    to: '',
  },
  {
    name: 'a room ends with a subscription that another replaces',
    file: 'server/hub/subscriptions.ts',
    from: 'const hold = room.join(createHolder())',
    to: 'const hold = () => {}',
  },
  {
    name: 'two subscriptions that begin at once hold the room open as one',
    near: 98,
    file: 'server/hub/subscriptions.ts',
    from: 'const createHolder = () => ({ deliver() {}, broken() {}, stale() {}, tell() {}, meet() {} })',
    to: `const oneHolder = { deliver() {}, broken() {}, stale() {}, tell() {}, meet() {} }
const createHolder = () => oneHolder`,
  },
  {
    name: 'the key of a publish is not given to the engine',
    file: 'server/hub/served.ts',
    from: 'key: id === undefined ? undefined : JSON.stringify([owner, id]),',
    to: 'key: undefined,',
  },
  {
    name: 'the position is read after the state',
    file: 'server/hub/served.ts',
    from: 'return { position, json }',
    to: "return { position: (await engine.lasts([key]))[0] ?? '', json }",
  },
  {
    name: 'a client applies what does not follow',
    near: 338,
    file: 'client/following.ts',
    from: "if (p !== idOf(position)) return 'gap'",
    to: '',
  },
  {
    name: 'a client goes on from its position after a reset',
    file: 'client/following.ts',
    from: 'reset() {\n      position = undefined\n',
    to: 'reset() {\n',
  },
  {
    name: 'a publish that is sent again has another key',
    file: 'client/session.ts',
    from: 'pub: { ch: name, p: params, d: data, k: key }',
    to: 'pub: { ch: name, p: params, d: data, k: key + id }',
  },
  {
    name: 'what was sent when the connection broke is not sent again',
    file: 'client/publisher.ts',
    from: "'no answer')\n        one.sent = false",
    to: "'no answer')",
  },
  {
    name: 'nothing is sent again after a fault that may pass',
    file: 'client/publisher.ts',
    from: "if (err?.retry && one.publication.policy !== 'volatile') {\n        one.sent = false\n",
    to: "if (err?.retry && one.publication.policy !== 'volatile') {\n",
  },
  {
    name: 'a client that slept believes its clock',
    near: 32,
    file: 'client/carrier.ts',
    from: '[performance.now(), Date.now()]',
    to: '[performance.now()]',
  },
  {
    name: 'a tab that is not served yet waits for ever',
    file: 'client/tabs/relay-following.ts',
    from: 'if (!served || served.live) next()',
    to: '',
  },
  {
    name: 'a relay keeps a reset for itself',
    file: 'client/tabs/relay-following.ts',
    from: 'tell(tabs, { ...frame, c: number })\n    drop(tabs)',
    to: 'drop(tabs)',
  },
  {
    name: 'an answer goes to a tab with an id that it did not give',
    file: 'client/tabs/relay.ts',
    from: 'tell([tab], { ...answer, id: id as number })',
    to: 'tell([tab], answer)',
  },
  {
    name: 'a leader that hangs keeps its place',
    near: 107,
    file: 'client/tabs/membership.ts',
    from: 'if (unanswered++ >= patience) {',
    to: 'if (unanswered++ >= 1e9) {',
  },
  {
    name: 'a tab that is behind takes the newest pointer for all that it missed',
    near: 281,
    file: 'client/tabs/relay-following.ts',
    from: 'isBehind(position, n) && isCovered({ position })',
    to: 'isBehind(position, n)',
  },
  {
    name: 'what is volatile is told by two streams',
    near: 169,
    file: 'client/following.ts',
    from: "if (ids.has(k)) return 'known'",
    to: '',
  },
  {
    name: 'leases are not renewed',
    file: 'server/hub/presence.ts',
    from: 'renewing ??= setInterval(renew, ttl / 3)',
    to: '',
  },
  {
    name: 'who begins to follow is not told who is there',
    file: 'server/hub/subscription.ts',
    from: '      introduce()\n      if (room.isStale)',
    to: '      if (room.isStale)',
  },
  {
    name: 'what is shown early stays when it comes',
    file: 'client/following.ts',
    from: 'if (k !== undefined) expected.delete(k)',
    to: '',
  },
  {
    name: 'a call whose answer is lost is made again',
    near: 271,
    file: 'client/call.ts',
    from: 'answer ? resolve(answer) : reject(lost())',
    to: 'answer ? resolve(answer) : void request(session, frame, signal).then(resolve, reject)',
  },
  {
    name: 'who has followed for as long as allowed is not asked again',
    file: 'client/seats.ts',
    from: "else if (reason === 'expired') {",
    to: "else if (reason === ('' as string)) {",
  },
]
