import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { compressZstd } from '../../../src/bundle/compress-zstd.ts'

/** How much of a frame's content its reader must keep, in bytes (RFC 8878, 3.1.1.1). */
function windowOf(frame: Buffer): number {
  const descriptor = frame.readUInt8(4)
  const isSingleSegment = (descriptor & 0b10_0000) !== 0
  if (!isSingleSegment) {
    const window = frame.readUInt8(5)
    const base = 2 ** (10 + (window >> 3))
    return base + (base / 8) * (window & 0b111)
  }
  const bytes = [1, 2, 4, 8][descriptor >> 6] ?? 0
  if (bytes === 8) return Number(frame.readBigUInt64LE(5))
  return frame.readUIntLE(5, bytes) + (bytes === 2 ? 256 : 0)
}

test.each([
  ['an empty file', '', 0],
  ['a small file, for which nothing large is allocated', 'kitrt '.repeat(10), 60],
  ['a file of the size of a chunk', 'kitrt '.repeat(10_000), 60_000],
  // The most that browsers take (RFC 9659).
  ['a file of 9 MB', 'kitrt '.repeat(1_500_000), 8 * 2 ** 20],
])('%s', async (_, text, window) => {
  const folder = mkdtempSync(join(tmpdir(), 'kitrt-zstd-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.js'), text)
  await compressZstd(folder, ['a.js'])
  const frame = readFileSync(join(folder, 'a.js.zst'))
  expect(zstdDecompressSync(frame).toString()).toBe(text)
  expect(windowOf(frame)).toBe(window)
})
