import type { Settings } from './settings.ts'

export type ClientAddressSettings = Pick<Settings, 'addressHeader' | 'xffDepth' | 'envPrefix'>

/**
 * The address of a request's client: that of the connection, or behind a proxy what the proxy says
 * in ADDRESS_HEADER. Of `x-forwarded-for` the entry at XFF_DEPTH from the right counts: the entries
 * before it are the client's own word.
 *
 * @throws an Error when the proxy has not said it, which then is a fault of the settings
 */
export function clientAddress(
  header: (name: string) => string | undefined,
  remoteAddress: () => string,
  { addressHeader, xffDepth, envPrefix }: ClientAddressSettings,
): string {
  if (!addressHeader) return remoteAddress()
  const value = header(addressHeader)
  if (value === undefined) {
    throw new Error(`${envPrefix}ADDRESS_HEADER=${addressHeader} is absent from the request.`)
  }
  if (addressHeader !== 'x-forwarded-for') return value
  const address = value.split(',').at(-xffDepth)?.trim()
  if (address) return address
  throw new Error(`${envPrefix}XFF_DEPTH=${xffDepth}, but X-Forwarded-For has fewer addresses.`)
}
