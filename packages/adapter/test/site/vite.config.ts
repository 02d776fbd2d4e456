import adapter from '@kitrt/adapter'
import { defineConfig } from 'vite'
import { siteConfig } from './config.ts'

export default defineConfig(
  siteConfig(adapter({ app: 'src/hono.ts', envPrefix: 'SITE_', health: '/healthz' })),
)
