import { KitrtError } from '../../error.ts'
import { millisecondsOf } from './milliseconds.ts'

/** Who is on a connection, as far as the app knows. */
export interface User {
  /** Names the person, whatever the tab or the device. */
  id: string
  /** When the connection is to be made anew, by whoever it is then: the end of the session, as a date or in ms since 1970. @default never */
  expires?: Date | number | undefined
}

/** @throws {KitrtError} `bad-argument` */
export function checkUser(user: unknown): User | undefined {
  if (user === undefined || user === null || user === false || user === '') return undefined
  const { id, expires } = user as Partial<User>
  millisecondsOf(expires)
  if (typeof id === 'string' && id !== '') return user as User
  throw new KitrtError(
    'bad-argument',
    `user() expected an object with an id, got ${JSON.stringify(user)}`,
  )
}
