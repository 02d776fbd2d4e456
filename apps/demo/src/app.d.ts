declare global {
  namespace App {
    interface Locals {
      /** Who the cookie `user` says it is: a demo's idea of a session. */
      user: string | undefined
    }
  }
}

export {}
