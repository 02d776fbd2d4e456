/** A type of the app that a load function returns, for `transport` to carry. */
export class Tag {
  own: string
  constructor(own: string) {
    this.own = own
  }
}
