export const GET = ({ url, request, getClientAddress }) =>
  Response.json({
    path: url.pathname + url.search,
    headers: Object.fromEntries([...request.headers].filter(([name]) => name.startsWith('x-'))),
    address: getClientAddress(),
  })
