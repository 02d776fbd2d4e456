import process from 'node:process'
import ours, { plugins } from '@kitrt/adapter'
import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import { isolationApp } from '../app/config.ts'

const { out, kit, vite } = isolationApp()

export default defineConfig({
  ...vite,
  plugins:
    process.env['ISOLATION_ADAPTER'] === 'kitrt'
      ? [...plugins(), sveltekit({ ...kit, adapter: ours({ out }) })]
      : [sveltekit({ ...kit, adapter: adapter({ out }) })],
})
