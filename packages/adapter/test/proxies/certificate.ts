import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  /** The certificate and its key, in one file. */
  both: string
  /** The certificate alone, in PEM. */
  pem: string
}

/** A certificate of 127.0.0.1 that nobody has signed but itself. */
export function createCertificate(directory: string): Certificate {
  const key = join(directory, 'key.pem')
  const certificate = join(directory, 'certificate.pem')
  const both = join(directory, 'both.pem')
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=app.example', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', certificate],
    ],
    { stdio: 'pipe' },
  )
  const pem = readFileSync(certificate, 'utf8')
  writeFileSync(both, pem + readFileSync(key, 'utf8'))
  return { both, pem }
}
