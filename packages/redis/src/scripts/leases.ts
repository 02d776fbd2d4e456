import { createScript } from '../script.ts'
import type { Script } from '../script.ts'

// KEYS: 1 until when by lease, 2 the member and its metadata by lease, 3 members by the order in which
// they came, 4 the leases of each member, the newest last. ARGV[1]: where to publish.
// What is known of a lease is text: the length of the member, a colon, the member, the metadata.

/** How many leases end in one step at most: Redis does nothing else meanwhile. */
const most = 1000

/** How long the keys outlive the last lease, in ms: until somebody has seen that it ended. */
const after = 60_000

/** What all of them begin and end with. They give, first, the ms until the next lease ends, or -1. */
const common = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local changed = false

local function read(lease)
  local length, from = string.match(lease, '^(%d+):()')
  return string.sub(lease, from, from + length - 1), string.sub(lease, from + length)
end

local function leasesOf(member, without)
  local left = {}
  for _, one in ipairs(cjson.decode(redis.call('HGET', KEYS[4], member) or '[]')) do
    if one ~= without then left[#left + 1] = one end
  end
  return left
end

local function expire()
  local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ${most})
  for _, nonce in ipairs(over) do
    local lease = redis.call('HGET', KEYS[2], nonce)
    redis.call('ZREM', KEYS[1], nonce)
    redis.call('HDEL', KEYS[2], nonce)
    changed = true
    if lease then
      local member = read(lease)
      local left = leasesOf(member, nonce)
      if #left == 0 then
        redis.call('HDEL', KEYS[4], member)
        redis.call('ZREM', KEYS[3], member)
      else
        redis.call('HSET', KEYS[4], member, cjson.encode(left))
      end
    end
  end
end

local function ended()
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  local next = first[1] and math.max(0, math.ceil(first[2] - now)) or -1
  if changed then redis.call('PUBLISH', ARGV[1], 'm' .. next) end
  if not first[1] then
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
    return -1
  end
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
  for key = 1, 4 do
    redis.call('PEXPIREAT', KEYS[key], string.format('%.0f', last[2] + ${after}))
  end
  return next
end`

/** ARGV: 2 how long they live in ms, then for each its nonce, its member, and its metadata. */
export const leaseScript: Script = createScript(
  common,
  `
expire()
for i = 3, #ARGV, 3 do
  local nonce, member = ARGV[i], ARGV[i + 1]
  local lease = #member .. ':' .. member .. ARGV[i + 2]
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), nonce)
  if redis.call('HGET', KEYS[2], nonce) ~= lease then
    changed = true
    redis.call('HSET', KEYS[2], nonce, lease)
    local all = leasesOf(member, nonce)
    all[#all + 1] = nonce
    redis.call('HSET', KEYS[4], member, cjson.encode(all))
    if not redis.call('ZSCORE', KEYS[3], member) then
      local last = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
      redis.call('ZADD', KEYS[3], (last[2] or 0) + 1, member)
    end
  end
end
return {ended()}`,
)

/** ARGV: 2 how long they still live in ms, then their nonces. */
export const releaseScript: Script = createScript(
  common,
  `
for i = 3, #ARGV do
  redis.call('ZADD', KEYS[1], 'XX', 'LT', string.format('%.0f', now + ARGV[2]), ARGV[i])
end
expire()
return {ended()}`,
)

/** ARGV: 2 how many are listed. Gives the count, then each member and its metadata. */
export const membersScript: Script = createScript(
  common,
  `
expire()
local listed = {ended(), redis.call('ZCARD', KEYS[3])}
if tonumber(ARGV[2]) > 0 then
  for _, member in ipairs(redis.call('ZRANGE', KEYS[3], 0, ARGV[2] - 1)) do
    local all = leasesOf(member)
    local lease = #all > 0 and redis.call('HGET', KEYS[2], all[#all])
    local _, meta
    if lease then _, meta = read(lease) end
    listed[#listed + 1] = member
    listed[#listed + 1] = meta or 'null'
  end
end
return listed`,
)
