import type { gaps } from '../../../../testing/targets.ts'
import { closeFrame, frame, opcodes } from '../../../../testing/frame.ts'

const { continuation, text, binary, close, ping, pong } = opcodes

export interface Frames {
  send: Buffer[]
  /** The code of the close frame that comes back. */
  code: number
  /** Where it is taken instead. */
  gap?: keyof typeof gaps
}

/** Beside those of the contract, what ends a socket. */
export const endings: Record<string, Frames> = {
  'a continuation of nothing': { send: [frame(continuation, 'x')], code: 1002 },
  'an unfinished continuation of nothing': {
    send: [frame(continuation, 'x', { fin: false })],
    code: 1002,
  },
  'a message within a message': {
    send: [frame(text, 'a', { fin: false }), frame(text, 'b')],
    code: 1002,
  },
  ...Object.fromEntries(
    [3, 7, 11, 15].map((opcode) => [
      `the reserved opcode ${opcode}`,
      { send: [frame(opcode)], code: 1002 },
    ]),
  ),
  ...Object.fromEntries(
    [1, 2].map((reserved) => [
      `the reserved bit ${reserved}`,
      { send: [frame(text, 'x', { reserved })], code: 1002 },
    ]),
  ),
  'a compressed message, which nobody has agreed on': {
    send: [frame(text, Buffer.from('f248cdc9c90700', 'hex'), { reserved: 4 })],
    code: 1002,
  },
  'a compressed continuation': {
    send: [frame(text, 'a', { fin: false }), frame(continuation, 'b', { reserved: 4 })],
    code: 1002,
  },
  'a compressed ping': { send: [frame(ping, '', { reserved: 4 })], code: 1002 },
  'a ping of 126 bytes': { send: [frame(ping, 'x'.repeat(126))], code: 1002 },
  'a ping of 64 kB': { send: [frame(ping, 'x'.repeat(65_536))], code: 1002 },
  'a pong of 126 bytes': {
    send: [frame(pong, 'x'.repeat(126))],
    code: 1002,
    gap: 'long-control',
  },
  'a close frame of 126 bytes': {
    send: [closeFrame(1000, 'a'.repeat(124))],
    code: 1002,
    gap: 'long-control',
  },
  'a fragmented pong': { send: [frame(pong, '', { fin: false })], code: 1002 },
  'a fragmented close frame': {
    send: [frame(close, Buffer.from([3, 232]), { fin: false })],
    code: 1002,
  },
  'a length with its high bit set': {
    send: [frame(binary, '', { length: [127, 0x80, 0, 0, 0, 0, 0, 0, 1] })],
    code: 1009,
  },
  'a length of 2^63 - 1': {
    send: [frame(binary, '', { length: [127, 0x7f, 255, 255, 255, 255, 255, 255, 255] })],
    code: 1009,
  },
  'a length of 4 GiB': {
    send: [frame(binary, '', { length: [127, 0, 0, 0, 1, 0, 0, 0, 0] })],
    code: 1009,
  },
  'a length of 65 MiB': {
    send: [frame(binary, '', { length: [127, 0, 0, 0, 0, 4, 0x10, 0, 0] })],
    code: 1009,
  },
  'text that ends within a character': {
    send: [frame(text, Buffer.from([0xe2, 0x82]))],
    code: 1007,
  },
  'a character that is broken between two fragments': {
    send: [
      frame(text, Buffer.from([0xe2, 0x82]), { fin: false }),
      frame(continuation, Buffer.from([0x28])),
    ],
    code: 1007,
  },
  'a surrogate in UTF-8': { send: [frame(text, Buffer.from([0xed, 0xa0, 0x80]))], code: 1007 },
  'an overlong slash': { send: [frame(text, Buffer.from([0xc0, 0xaf]))], code: 1007 },
  'a character beyond Unicode': {
    send: [frame(text, Buffer.from([0xf4, 0x90, 0x80, 0x80]))],
    code: 1007,
  },
  'a close frame of one byte': { send: [frame(close, Buffer.from([3]))], code: 1002 },
  'a reason that is no UTF-8': {
    send: [closeFrame(1000, Buffer.from([0xc3, 0x28]))],
    code: 1007,
  },
  ...Object.fromEntries(
    [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535].map((code) => [
      `the close code ${code}`,
      { send: [closeFrame(code, 'why')], code: 1002 },
    ]),
  ),
  'a message behind a close frame': {
    send: [Buffer.concat([closeFrame(1000), frame(text, 'late'), frame(ping, 'late')])],
    code: 1000,
  },
  'a close frame behind a close frame': {
    send: [Buffer.concat([closeFrame(3000), closeFrame(1000)])],
    code: 3000,
  },
}

/** What is unusual and allowed, and what comes back. */
export const oddities: Record<string, { send: Buffer[]; back: string }> = {
  'a ping within a message': {
    send: [frame(text, 'a', { fin: false }), frame(ping, 'p'), frame(continuation, 'b')],
    back: '\x8a\x01p\x81\x02ab',
  },
  'a pong that nobody asked for': {
    send: [frame(pong, 'x'), frame(text, 'ok')],
    back: '\x81\x02ok',
  },
  'a message of empty fragments': {
    send: [
      frame(text, '', { fin: false }),
      frame(continuation, '', { fin: false }),
      frame(continuation),
    ],
    back: '\x81\x00',
  },
  'a character between two fragments': {
    send: [
      frame(text, Buffer.from([0xe2, 0x82]), { fin: false }),
      frame(continuation, Buffer.from([0xac])),
    ],
    back: '\x81\x03\xe2\x82\xac',
  },
  'a length in more bytes than it needs': {
    send: [frame(text, 'hi', { length: [127, 0, 0, 0, 0, 0, 0, 0, 2] })],
    back: '\x81\x02hi',
  },
}
