import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Lets `fetch` and every WebSocket of this process take a certificate, in PEM, beside those before. */
export function trust(pem: string): void {
  setDefaultCACertificates([...getCACertificates('default'), pem])
}
