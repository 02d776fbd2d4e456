import { redirect } from '@sveltejs/kit'

/** Takes a visitor's name, and goes back where the form was. */
export const POST = async ({ cookies, request, url }) => {
  const form = await request.formData()
  const user = String(form.get('user') ?? '')
    .trim()
    .slice(0, 40)
  if (user) cookies.set('user', user, { path: '/' })
  else cookies.delete('user', { path: '/' })
  const back = new URL(String(form.get('back') ?? '/'), url)
  redirect(303, back.origin === url.origin ? back.pathname : '/')
}
