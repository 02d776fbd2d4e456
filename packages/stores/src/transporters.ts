/** How a type of the app crosses from the server to the browser: SvelteKit's `Transporter`, by its shape, whose place moved between SvelteKit 2 and 3. */
export interface Transporter {
  /** Gives what is sent for a value of the type, and a falsy value for all others. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as SvelteKit's, for the inference of what apps write
  encode: (value: any) => unknown
  /** Makes the value again. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  decode: (data: any) => unknown
}

type Encode = Transporter['encode']
type Decode = Transporter['decode']

const known: Record<string, Transporter> = Object.create(null) as Record<string, Transporter>

/** Notes the app's types. A later one takes the place of an earlier one of its name, as hot reloading wants. */
export function noteTransporters(transporters: Record<string, Transporter>): void {
  Object.assign(known, transporters)
}

const each = <T>(pick: (transporter: Transporter) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(known).map(([name, transporter]) => [name, pick(transporter)]))

/** As devalue's `stringify` takes them. */
export const encoders = (): Record<string, Encode> => each(({ encode }) => encode)

/** As devalue's `unflatten` takes them. */
export const decoders = (): Record<string, Decode> => each(({ decode }) => decode)
