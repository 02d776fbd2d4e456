import adapter from '@sveltejs/adapter-node'
import { defineConfig } from 'vite'
import { siteConfig } from './config.ts'

export default defineConfig(
  siteConfig(adapter({ out: 'build-node', envPrefix: 'SITE_' }), '.svelte-kit/node'),
)
