import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import { isolationApp } from '../app/config.ts'

const { out, kit, vite } = isolationApp()

export default defineConfig({
  ...vite,
  plugins: [sveltekit({ ...kit, adapter: adapter({ out }) })],
})
