import process from 'node:process'
import type { Proxy } from './run-proxy.ts'

/** Debian's HAProxy, with the configuration from `examples/`. */
export const haproxy: Proxy = {
  name: 'haproxy',
  debian: ['haproxy', 'openssl'],
  configuration: 'examples/haproxy/haproxy.cfg',
  socketsOverHttp2: true,
  changes: ({ port, app, certificate }) => [
    ['bind :443 ', `bind 127.0.0.1:${port} `],
    ['127.0.0.1:3000', `127.0.0.1:${app}`],
    ['/etc/ssl/app.example.pem', certificate],
    // Silence is to be short here.
    ['60s', '2s'],
    // Only root can become another user.
    ...(process.getuid?.() === 0 ? [] : ([[/^\t(?:user|group) .*\n/gm, '']] as [RegExp, string][])),
  ],
  command: (file) => ['/usr/sbin/haproxy', '-W', '-f', file],
  reload: 'SIGUSR2',
}
