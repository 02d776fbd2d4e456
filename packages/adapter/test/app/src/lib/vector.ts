/** A type of the app, which SvelteKit's transport hook carries. */
export class Vector {
  readonly x: number
  readonly y: number

  constructor(x: number, y: number) {
    this.x = x
    this.y = y
  }
}
