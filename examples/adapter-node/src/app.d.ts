declare global {
  namespace App {
    interface Locals {
      user: string | undefined
    }
  }
}

export {}
