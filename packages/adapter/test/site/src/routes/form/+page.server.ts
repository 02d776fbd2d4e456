import { fail, redirect } from '@sveltejs/kit'

export const actions = {
  default: async ({ request }) => {
    const name = (await request.formData()).get('name')
    if (name === 'fail') return fail(422, { name })
    if (name === 'away') redirect(303, '/base')
    return { greeting: `Hello ${name}` }
  },
}
