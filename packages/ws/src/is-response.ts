/** Whether a value is a Response: by its tag, since @hono/node-server puts a class of its own in place of the global one, and both go around. */
export function isResponse(value: unknown): value is Response {
  return Object.prototype.toString.call(value) === '[object Response]'
}
