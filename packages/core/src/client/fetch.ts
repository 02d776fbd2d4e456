/** The part of `fetch` that clients use; its full type differs between browsers, Node, Bun and Deno. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>
