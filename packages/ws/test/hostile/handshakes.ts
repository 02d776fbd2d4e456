/** The lines of a request. */
const request = (line: string, ...headers: string[]): string =>
  `${line}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`

const many = (count: number, one: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => one(index))

const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
const host = 'Host: 127.0.0.1'
const upgrade = 'Upgrade: websocket'
const connection = 'Connection: Upgrade'
const version = 'Sec-WebSocket-Version: 13'
const handshake = [upgrade, connection, version, key]

const toPath = (path: string, ...headers: string[]): string =>
  request(`GET ${path} HTTP/1.1`, host, ...handshake, ...headers)

/** What opens the socket of a route. */
export const open = (path: string): string => toPath(path)

const echo = (...headers: string[]): string => toPath('/socket/echo', ...headers)
const auth = (...headers: string[]): string => toPath('/socket/auth/blue', ...headers)
const asHost = (value: string): string =>
  request('GET /socket/echo HTTP/1.1', `Host: ${value}`, ...handshake, 'Origin: http://127.0.0.1')
const plain = request('GET /log/hostile HTTP/1.1', host)

/** What any server answers with 404. */
export const unknown: string = request('GET /nowhere HTTP/1.1', host, 'Connection: close')

export interface Handshake {
  send: string | Buffer
  /** The statuses that come back, joined by `+`: '' for a connection that is closed. */
  statuses: RegExp
}

/** Beside those of the contract, what a client should not send before it has a socket. */
export const handshakes: Record<string, Handshake> = {
  // Neither is one protocol that we speak, so they are plain requests.
  'two Upgrades': { send: echo(upgrade), statuses: /^426$/ },
  'two different Upgrades': { send: echo('Upgrade: h2c'), statuses: /^426$/ },
  'a list of Upgrades': {
    send: request(
      'GET /socket/echo HTTP/1.1',
      host,
      'Upgrade: websocket, h2c',
      connection,
      version,
      key,
    ),
    statuses: /^426$/,
  },
  'two Connections, of which one asks': { send: echo('Connection: close'), statuses: /^101$/ },
  'two keys': { send: echo(key), statuses: /^400$/ },
  'two versions': { send: echo('Sec-WebSocket-Version: 8'), statuses: /^426$/ },

  'headers that look like our slot': {
    send: auth('X-Kitrt-Slot: 1', 'X-Kitrt-Upgrade: websocket', 'kitrt.ws.slots: {}'),
    statuses: /^401$/,
  },
  'headers that look like our slot, in a plain request': {
    send: request('GET /socket/echo HTTP/1.1', host, 'X-Kitrt-Slot: 1', upgrade, version, key),
    statuses: /^426$/,
  },
  'headers named as what objects inherit': {
    send: echo('__proto__: x', 'constructor: y', 'Cookie: __proto__=1; constructor=2'),
    statuses: /^101$/,
  },

  'an absolute target': {
    send: request('GET http://127.0.0.1/socket/echo HTTP/1.1', host, ...handshake),
    // Vite's server knows no such paths.
    statuses: /^(?:101|404)$/,
  },
  'an absolute target that its Origin fits': {
    send: request(
      'GET http://evil.example/socket/echo HTTP/1.1',
      host,
      ...handshake,
      'Origin: http://evil.example',
    ),
    statuses: /^403$/,
  },
  CONNECT: {
    send: request('CONNECT 127.0.0.1:80 HTTP/1.1', host, ...handshake),
    statuses: /^(?:|400|405)$/,
  },
  'OPTIONS *': {
    send: request('OPTIONS * HTTP/1.1', host, ...handshake),
    statuses: /^(?:400|405)$/,
  },
  'a NUL in the path': { send: toPath('/socket/echo%00'), statuses: /^404$/ },
  'a path that looks like a host': {
    send: toPath('//evil.example/socket/echo'),
    statuses: /^(?:400|404)$/,
  },

  'a Host with a user': { send: asHost('evil@127.0.0.1'), statuses: /^400$/ },
  'a Host with a path': { send: asHost('127.0.0.1/x?y='), statuses: /^400$/ },
  'a Host with a fragment': { send: asHost('127.0.0.1#'), statuses: /^400$/ },
  'a Host with a backslash': { send: asHost(String.raw`127.0.0.1\@evil`), statuses: /^400$/ },
  'an empty Host': { send: asHost(''), statuses: /^400$/ },

  'two Origins': {
    send: echo('Origin: http://127.0.0.1', 'Origin: https://evil.example'),
    statuses: /^403$/,
  },
  'the Origin null, with a cookie': {
    send: auth('Origin: null', 'Cookie: user=alice'),
    statuses: /^403$/,
  },
  'a foreign Origin, with a cookie': {
    send: auth('Origin: https://evil.example', 'Cookie: user=alice'),
    statuses: /^403$/,
  },
  // Browsers always say one, so this is none: it has its cookie from somewhere else.
  'no Origin, with a cookie': { send: auth('Cookie: user=alice'), statuses: /^101$/ },

  'an upgrade behind a request that is still answered': {
    send: request('GET /slow?ms=300 HTTP/1.1', host) + echo(),
    statuses: /^(?:|200|200\+101)$/,
  },
  'a request behind an upgrade': { send: echo() + plain, statuses: /^(?:|101)$/ },
  'an upgrade behind an upgrade': { send: echo() + echo(), statuses: /^(?:|101)$/ },
  'an upgrade with content': { send: `${echo('Content-Length: 5')}hello`, statuses: /^400$/ },
  'an upgrade that promises content': { send: echo('Content-Length: 5'), statuses: /^400$/ },
  'an upgrade with content in chunks': {
    send: `${echo('Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
    statuses: /^400$/,
  },
  'a request hidden in the content of an upgrade': {
    send: echo(`Content-Length: ${plain.length}`) + plain,
    statuses: /^400$/,
  },
  'a request behind content of two lengths': {
    send: `${echo('Transfer-Encoding: chunked', 'Content-Length: 3')}0\r\n\r\n${plain}`,
    statuses: /^400$/,
  },

  'HTTP/1.0': {
    send: request('GET /socket/echo HTTP/1.0', host, ...handshake),
    statuses: /^(?:101|400|426)$/,
  },
  'HTTP/2 of a client that knows': {
    send: Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1'),
    // Deno speaks it.
    statuses: /^(?:|400)$/,
  },
  'bare line feeds': { send: echo().replaceAll('\r\n', '\n'), statuses: /^(?:101|400|505)$/ },
  'a folded header': { send: echo('X-A: a', ' b'), statuses: /^400$/ },
  'a space before a colon': {
    send: request('GET /socket/echo HTTP/1.1', host, 'Upgrade : websocket', ...handshake.slice(1)),
    statuses: /^400$/,
  },
  'a NUL in a header': { send: echo('X-A: a\0b'), statuses: /^400$/ },
  'a cookie that is no UTF-8': {
    send: Buffer.from(echo('Cookie: user=\xfc'), 'latin1'),
    statuses: /^101$/,
  },
  '9 kB of a header': { send: echo(`X-Large: ${'x'.repeat(9_000)}`), statuses: /^101$/ },
  '1 MB of a header': { send: echo(`X-Large: ${'x'.repeat(1_000_000)}`), statuses: /^4(?:00|31)$/ },
  '90 kB of a target': {
    send: toPath(`/socket/echo?${'x'.repeat(90_000)}`),
    statuses: /^4(?:00|31)$/,
  },
  '3 000 headers': {
    send: echo(...many(3000, (index) => `a${index}:1`)),
    statuses: /^4(?:00|31)$/,
  },

  'extensions that are none': {
    send: echo('Sec-WebSocket-Extensions: ;;;,,"=;permessage-deflate;;'),
    statuses: /^101$/,
  },
  'extensions with wrong parameters': {
    send: echo(
      'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99; client_max_window_bits=abc',
    ),
    statuses: /^101$/,
  },
  '200 extensions': {
    send: echo(`Sec-WebSocket-Extensions: ${many(200, (index) => `x${index}; a=1`).join(', ')}`),
    statuses: /^101$/,
  },
  '100 subprotocols': {
    send: echo(`Sec-WebSocket-Protocol: ${many(100, (index) => `p${index}`).join(', ')}`),
    statuses: /^101$/,
  },
  'subprotocols that are none': {
    send: echo('Sec-WebSocket-Protocol: a b, ,,;, "'),
    statuses: /^400$/,
  },
  'an empty subprotocol': { send: echo('Sec-WebSocket-Protocol:'), statuses: /^400$/ },
  'a subprotocol twice': { send: echo('Sec-WebSocket-Protocol: a, b, a'), statuses: /^400$/ },
}
