import type { LiveChannel, Member } from '@kitrt/core/client'

export interface People<Meta> {
  readonly list: readonly Member<Meta>[]
  readonly count: number
}

/** Who is there: as the page was rendered, until the channel itself says so. */
export function whoIsHere<Meta>(
  channel: () => Pick<LiveChannel<unknown, never, never, Meta>, 'members' | 'memberCount'>,
  rendered: () => People<Meta>,
): People<Meta> {
  let told = $state(false)
  $effect(() => {
    if (channel().memberCount > 0) told = true
  })
  return {
    get list() {
      return told ? channel().members : rendered().list
    },
    get count() {
      return told ? channel().memberCount : rendered().count
    },
  }
}
