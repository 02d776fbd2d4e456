import adapter from '@kitrt/adapter'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [sveltekit({ adapter: adapter({ app: 'src/hono.ts', health: '/healthz' }) })],
})
