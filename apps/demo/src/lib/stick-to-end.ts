import type { Attachment } from 'svelte/attachments'

/** Keeps a list at its end while more comes, unless its reader has scrolled up. */
export const stickToEnd: Attachment<HTMLElement> = (list) => {
  let follows = true
  const end = (): number => list.scrollHeight - list.clientHeight
  const move = (): void => {
    if (follows) list.scrollTop = end()
  }
  const look = (): void => {
    // Zoomed, positions are fractions of a pixel.
    follows = end() - list.scrollTop < 2
  }
  move()
  const observer = new MutationObserver(move)
  observer.observe(list, { childList: true })
  list.addEventListener('scroll', look)
  return () => {
    observer.disconnect()
    list.removeEventListener('scroll', look)
  }
}
