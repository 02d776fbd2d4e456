/** What one tab tells the others of its group. */
export interface Note {
  from: string
  /** Whom it is for. @default all */
  to?: string[] | undefined
  /** A message of the protocol: its first, from who connects. */
  first?: string | undefined
  message?: string | undefined
  /** Asks whether the leader lives. */
  ping?: true | undefined
  /** Who leads from now on, or does not any more. */
  leads?: boolean | undefined
  /** How the connection of all has ended. */
  ending?: { outcome: 'later' | 'refused' | 'closed'; after?: number | undefined } | undefined
}

/** As much of a BroadcastChannel as tabs use. */
export interface Broadcast {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(data: unknown): void
  close(): void
}

/** What a browser has for its tabs. A window is one. */
export interface Browser {
  navigator: {
    locks: {
      request(
        name: string,
        options: { signal?: AbortSignal; steal?: boolean },
        granted: () => Promise<void> | undefined,
      ): Promise<unknown>
      query(): Promise<unknown>
    }
  }
  BroadcastChannel: new (name: string) => Broadcast
  document?: {
    addEventListener(type: 'freeze', listener: () => void, options: { signal: AbortSignal }): void
  }
}
