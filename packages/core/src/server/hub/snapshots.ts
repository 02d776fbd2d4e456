import type { Position } from '../../protocol/position.ts'

/** A channel's state, as JSON, and a position before which all events are in it. */
export interface Snapshot {
  position: Position
  json: string
}

interface Kept {
  snapshot: Promise<Snapshot>
}

/** Loads the state of each channel once at a time. */
export interface Snapshots {
  /**
   * The state as it was at most `reuse` ms ago. It may lack events, which all come after its position.
   */
  recent(key: string, load: () => Promise<Snapshot>): Promise<Snapshot>
  /** The load that is under way, or a new one. */
  joined(key: string, load: () => Promise<Snapshot>): Promise<Snapshot>
  /** What was loaded leads nowhere: the log has ended, or forked. */
  forget(key: string): void
}

/** @param reuse in ms */
export function createSnapshots(reuse: number): Snapshots {
  const loading = new Map<string, Kept>()
  const loaded = new Map<string, Kept>()

  function keep(key: string, kept: Kept): void {
    loading.delete(key)
    loaded.set(key, kept)
    const timer = setTimeout(() => {
      if (loaded.get(key) === kept) loaded.delete(key)
    }, reuse)
    ;(timer as { unref?: () => void }).unref?.()
  }

  function joined(key: string, load: () => Promise<Snapshot>): Promise<Snapshot> {
    const known = loading.get(key)
    if (known) return known.snapshot
    const kept: Kept = { snapshot: load() }
    loading.set(key, kept)
    kept.snapshot.then(
      () => keep(key, kept),
      () => loading.delete(key),
    )
    return kept.snapshot
  }

  return {
    joined,
    forget(key) {
      // Also what was loaded for those who may see less.
      for (const of of loaded.keys()) {
        if (of === key || of.startsWith(`${key} `)) loaded.delete(of)
      }
    },
    recent: (key, load) => loaded.get(key)?.snapshot ?? joined(key, load),
  }
}
