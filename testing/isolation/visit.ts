import type { Ssr } from './app/config.ts'

/** What a client has of the server before it visits. */
export interface Site {
  url: string
  ssr: Ssr
  /** Where the remote functions are, such as `/_app/remote/1x2y3z`. */
  remote: string
}

/** One request and what must come of it. */
export interface Visit {
  path: string
  init?: RequestInit
  status: number | number[]
  /** The places that must show the visitor's own name, in the body or in a header. */
  places: string[]
  /** Texts that must be there. */
  texts?: string[]
}

/** What came back: everything that the client was told, in one text. */
export interface Answer {
  status: number
  text: string
}

/** A kind of visit: the request of a visitor, or the one that follows from what they were shown. */
export interface Kind {
  /** Pages that are made in advance have names of their own. */
  prerendered?: string
  visit: (own: string, site: Site) => Visit
  /** A second request, from what the first has shown. */
  next?: (own: string, answer: Answer) => Visit
}
