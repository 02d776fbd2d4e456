import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { suffixes } from '../content-codings.ts'

/** The highest level whose window is within the 8 MB that browsers take (RFC 9659). */
const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 23 }

/** How many files are in memory at once. */
const atOnce = 8

/** Writes a Zstandard variant next to each file: SvelteKit's own `builder.compress` has none. */
export async function compressZstd(directory: string, files: string[]): Promise<void> {
  const compress = promisify(zstdCompress)
  const left = [...files]
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let file = left.pop(); file !== undefined; file = left.pop()) {
        const path = join(directory, file)
        const content = await readFile(path)
        // Told how much comes, it makes tables for so much, and else 100 MB of them for each file.
        const options = { params, pledgedSrcSize: content.length }
        await writeFile(path + suffixes.zstd, await compress(content, options))
      }
    }),
  )
}
