import adapter from '@kitrt/adapter'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import { isolationApp } from '../app/config.ts'

const { ssr, out, kit, vite } = isolationApp()

export default defineConfig({
  ...vite,
  plugins: [
    sveltekit({
      ...kit,
      // Both ways to let SvelteKit's own script through: 'auto' is a nonce, but in prerendered pages.
      csp: {
        mode: ssr === 'sync' ? 'hash' : 'auto',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          // SvelteKit's route announcer has a style attribute.
          'style-src-attr': ['unsafe-inline'],
        },
      },
      adapter: adapter({ out }),
    }),
  ],
})
