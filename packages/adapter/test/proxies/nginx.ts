import type { Proxy } from './run-proxy.ts'

/** Debian's nginx, whatever its servers are. */
export const nginx: Omit<Proxy, 'name' | 'configuration' | 'changes'> = {
  debian: ['nginx', 'openssl'],
  socketsOverHttp2: false,
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
}
