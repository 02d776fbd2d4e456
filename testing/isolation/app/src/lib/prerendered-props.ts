/** What a prerendered page is given. */
export interface PrerenderedProps {
  data: { own: string; seen: string[]; inUniversal: string[] }
}
