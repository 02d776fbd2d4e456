import { unflatten } from 'devalue'
import { dataBlockId, lateBlockId } from './data-block.ts'
import type { WrittenValue } from './data-block.ts'
import { decoders } from './transporters.ts'

type Block = Map<string, WrittenValue>

let page: Block | undefined

function valuesOfPage(): Block {
  return (page ??= new Map([...readBlock(dataBlockId), ...readBlock(lateBlockId)]))
}

function readBlock(id: string): Block {
  const text = document.getElementById(id)?.textContent
  return new Map(Object.entries(text ? (JSON.parse(text) as Record<string, WrittenValue>) : {}))
}

/** Whether the server's page carried a value for a key. */
export function isHydrated(key: string): boolean {
  return valuesOfPage().has(key)
}

/** The value that the server's page carried for a key, made anew each time; `undefined` where it carried none. */
export function hydrated(key: string): unknown {
  const value = valuesOfPage().get(key)
  return value === undefined ? undefined : read(value)
}

function read(value: WrittenValue): unknown {
  return typeof value === 'object' && 'json' in value
    ? structuredClone(value.json)
    : unflatten(value, decoders())
}

/**
 * Tells of a value that was still to come when the page began to run: of a store that was written
 * while the page was streaming. Nothing is told once the page has ended.
 */
export function onLateValue(key: string, tell: (value: unknown) => void): void {
  if (document.readyState !== 'loading') return
  document.addEventListener(
    'DOMContentLoaded',
    () => {
      const late = readBlock(lateBlockId).get(key)
      if (late !== undefined) tell(read(late))
    },
    { once: true },
  )
}
