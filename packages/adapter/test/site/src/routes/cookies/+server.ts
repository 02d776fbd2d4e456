export const GET = ({ cookies }) => {
  cookies.set('first', '1', { path: '/', secure: false })
  cookies.set('second', 'ü; =', { path: '/base', maxAge: 60, secure: true })
  cookies.delete('third', { path: '/' })
  return new Response(JSON.stringify(cookies.getAll()), {
    headers: [
      ['x-many', 'one'],
      ['x-many', 'two'],
    ],
  })
}
