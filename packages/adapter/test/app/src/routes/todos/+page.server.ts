import { todos } from '#lib/todos.ts'

export const load = async () => {
  await todos.load()
  todos.add('go home')
}
