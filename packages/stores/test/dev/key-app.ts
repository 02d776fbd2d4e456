import type { AppFiles } from '../../../../testing/editable-app.ts'

/** A module with a keyed store. */
export const moduleOf = (name: string, key: string, value = name): string =>
  `import { writable } from '@kitrt/stores'\n\nexport const ${name} = writable('${value}', { key: '${key}' })\n`

/** An endpoint that says what the store of a module holds. */
export const endpointOf = (name: string, file = name): AppFiles => ({
  [`src/routes/${name}/+server.ts`]: `import { get } from 'svelte/store'\nimport { ${name} } from '#lib/${file}.ts'\n\nexport const GET = () => new Response(get(${name}))\n`,
})
