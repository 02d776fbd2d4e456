/** As little as an event can be in Redis: stored, and published. KEYS: the stream; ARGV: where to, and what. */
export const bareScript: string =
  "redis.call('XADD', KEYS[1], 'MAXLEN', '=', 500, '*', 'e', ARGV[2]) redis.call('PUBLISH', ARGV[1], ARGV[2]) return 1"
