import { registerHooks } from 'node:module'

// Preloaded into a server, it fails what an app without SvelteKit does not have.
registerHooks({
  resolve(specifier, context, next) {
    if (/^(?:svelte|@sveltejs\/|\$app\/|vite(?:\/|$))/.test(specifier)) {
      throw new Error(`${context.parentURL} imports ${specifier}, which is not installed`)
    }
    return next(specifier, context)
  },
})
