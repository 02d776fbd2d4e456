/** What a database would keep, by visitor. */
const kept = new Map<string, string[]>()

export const notesOf = async (user = 'nobody'): Promise<string[]> => kept.get(user) ?? []

export async function addNote(user = 'nobody', text: string): Promise<void> {
  kept.set(user, [...(await notesOf(user)), text])
}
