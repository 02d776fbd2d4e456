import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { editableApp } from './editable-app.ts'
import type { AppFiles, EditableApp } from './editable-app.ts'
import { root } from './run-server.ts'

const base: AppFiles = {
  'package.json': JSON.stringify({
    name: 'temporary-app',
    private: true,
    type: 'module',
    imports: { '#lib/*': './src/lib/*' },
  }),
  'tsconfig.json': JSON.stringify({ extends: '$app/tsconfig', include: ['src'] }),
  'vite.config.ts': `
import process from 'node:process'
import adapter from '@kitrt/adapter'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

const compilerOptions = { experimental: { async: process.env['RENDERING'] !== 'sync' } }
export default defineConfig({ plugins: [sveltekit({ adapter: adapter(), compilerOptions })] })
`,
  'src/app.html': `<!doctype html>
<html lang="en">
  <head>%sveltekit.head%</head>
  <body><div>%sveltekit.body%</div></body>
</html>
`,
  'src/hooks.server.ts': `export { handle } from '@kitrt/stores/server'\n`,
  // Otherwise browsers ask for it, and complain.
  'static/favicon.ico': '',
}

/**
 * An app of its own, for a test that edits or breaks it. It lies inside the project, where it finds
 * the packages, in a folder that git does not see.
 *
 * @param files what it has beside, or instead of, the least that an app needs
 */
export async function createTemporaryApp(files: AppFiles): Promise<EditableApp> {
  const apps = join(root, '.apps')
  mkdirSync(apps, { recursive: true })
  const app = editableApp(mkdtempSync(join(apps, 'app-')))
  await app.write({ ...base, ...files })
  return app
}
