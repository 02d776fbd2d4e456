import { haproxy } from '../proxies/haproxy.ts'
import { runProxy } from '../proxies/run-proxy.ts'
import type { RunningProxy } from '../proxies/run-proxy.ts'

/** The header in which the proxy says which process has answered. */
export const answeredBy = 'x-process'

const servers = (ports: readonly number[]): string =>
  [
    'balance roundrobin',
    // Else a process that has gone is tried again for three seconds.
    'option redispatch 1',
    'default-server check inter 500ms fall 2 rise 1',
    `http-response set-header ${answeredBy} %[srv_name]`,
    ...ports.map((port, index) => `server process${index} 127.0.0.1:${port}`),
  ].join('\n\t')

/** The proxy of `examples/`, before several processes and without TLS. Nothing in it is sticky. */
export const runFront = (ports: readonly number[]): Promise<RunningProxy> =>
  runProxy(
    {
      ...haproxy,
      plain: true,
      changes: (place) => [
        ['bind :443 ssl crt /etc/ssl/app.example.pem alpn h2,http/1.1', 'bind :443 '],
        ['X-Forwarded-Proto https', 'X-Forwarded-Proto http'],
        ['server app1 127.0.0.1:3000 check', servers(ports)],
        ...haproxy.changes(place).filter(([from]) => /^bind|user/.test(String(from))),
      ],
    },
    0,
  )
