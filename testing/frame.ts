export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameOptions {
  /** Whether it ends its message. @default true */
  fin?: boolean
  /** The three reserved bits; 4 says compressed. @default 0 */
  reserved?: number
  /** @default true, as clients must */
  masked?: boolean
  /** The length bytes that it shows instead of its own, the first without the mask bit. */
  length?: number[]
}

/** One WebSocket frame (RFC 6455, section 5.2), well formed or not. */
export function frame(
  opcode: number,
  payload: string | Buffer = '',
  { fin = true, reserved = 0, masked = true, length }: FrameOptions = {},
): Buffer {
  const data = Buffer.from(payload)
  const [first = 0, ...rest] = length ?? lengthOf(data.length)
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode, first | (masked ? 0x80 : 0), ...rest]
  // A key of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from(masked ? [...head, 0, 0, 0, 0] : head), data])
}

function lengthOf(bytes: number): number[] {
  if (bytes < 126) return [bytes]
  if (bytes < 2 ** 16) return [126, bytes >> 8, bytes & 255]
  const eight = Buffer.alloc(8)
  eight.writeBigUInt64BE(BigInt(bytes))
  return [127, ...eight]
}

export function closeFrame(code: number, reason: string | Buffer = ''): Buffer {
  return frame(
    opcodes.close,
    Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]),
  )
}
