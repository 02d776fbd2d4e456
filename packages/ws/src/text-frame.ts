/** A text as a server sends it (RFC 6455, section 5.2): one frame, without a mask. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const short = length < 126
  const medium = !short && length < 2 ** 16
  const begin = short ? 2 : medium ? 4 : 10
  const frame = Buffer.allocUnsafe(begin + length)
  frame[0] = 0x81
  frame[1] = short ? length : medium ? 126 : 127
  if (medium) frame.writeUInt16BE(length, 2)
  else if (!short) frame.writeBigUInt64BE(BigInt(length), 2)
  frame.write(text, begin)
  return frame
}
