/** What this house has against a text, if anything. */
export function complaintAbout(text: string): string | undefined {
  const shouts = text === text.toUpperCase() && /\p{Lu}{3}/u.test(text)
  return shouts ? 'Please do not shout.' : undefined
}
