import { nginx } from './nginx.ts'
import { proxyContract } from './proxy-contract.ts'

await proxyContract({
  ...nginx,
  name: 'nginx',
  configuration: 'examples/nginx/app.conf',
  changes: ({ port, app, certificate }) => [
    ['listen 443 ', `listen 127.0.0.1:${port} `],
    ['127.0.0.1:3000', `127.0.0.1:${app}`],
    [/\/etc\/ssl\/app\.example\.\w+/g, certificate],
    // Silence is to be short here.
    ['60s', '2s'],
  ],
})
