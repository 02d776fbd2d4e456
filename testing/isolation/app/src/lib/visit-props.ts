import type { Readable } from 'svelte/store'
import type { Tag } from './tag.ts'

/** What the page of a visit is given. */
export interface VisitProps {
  data: {
    own: string
    inLoad: string[]
    inUniversal: string[]
    tag: Tag
    carried: Readable<string>
    streamed: Promise<string>
    rejected: Promise<never>
  }
  form?: { seen: string[] } | null
}
