import { proxyContract } from './proxy-contract.ts'

await proxyContract({
  name: 'nginx',
  debian: ['nginx', 'openssl'],
  example: 'nginx/app.conf',
  socketsOverHttp2: false,
  changes: ({ port, app, certificate }) => [
    ['listen 443 ', `listen 127.0.0.1:${port} `],
    ['127.0.0.1:3000', `127.0.0.1:${app}`],
    [/\/etc\/ssl\/app\.example\.\w+/g, certificate],
    // Silence is to be short here.
    ['60s', '2s'],
  ],
  around: (file, { directory }) => `
    pid ${directory}/nginx.pid;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join('\n')}
      include ${file};
    }`,
  command: (file, { directory }) => [
    '/usr/sbin/nginx',
    ...['-p', directory, '-c', file, '-e', 'stderr', '-g', 'daemon off;'],
  ],
  reload: 'SIGHUP',
})
