/** A class as apps have them, with a private member. */
export class Visit {
  #names: string[] = []

  get names(): string[] {
    return this.#names
  }

  add(name: string): void {
    this.#names.push(name)
  }

  toJSON(): string[] {
    return this.#names
  }

  static from(names: string[]): Visit {
    const visit = new Visit()
    for (const name of names) visit.add(name)
    return visit
  }
}
