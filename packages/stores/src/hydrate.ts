import { parse } from 'devalue'
import { dataBlockId } from './data-block.ts'

let values: Record<string, unknown> | undefined

/** The value that the server's page carried for a key, or the one given where it carried none. */
export function hydrated<T>(key: string | undefined, otherwise: T): T {
  if (key === undefined) return otherwise
  values ??= readDataBlock()
  return Object.hasOwn(values, key) ? (values[key] as T) : otherwise
}

function readDataBlock(): Record<string, unknown> {
  const text = document.getElementById(dataBlockId)?.textContent
  return text ? (parse(text) as Record<string, unknown>) : {}
}
