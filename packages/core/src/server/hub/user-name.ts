import { createHash } from 'node:crypto'
import type { User } from './user.ts'

/**
 * What clients are told of who they are: the same for one user on every process, another for another,
 * and nothing that an app might keep from its pages.
 */
export function userName(user: User | undefined): string {
  const hash = createHash('sha256').update(user ? `user ${user.id}` : 'nobody')
  return hash.digest('base64url').slice(0, 22)
}
