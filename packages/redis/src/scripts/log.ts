import { createScript } from '../script.ts'
import type { Script } from '../script.ts'

// KEYS: 1 the meta hash (e: epoch, o: offset, i: id of the last entry), 2 the stream of entries,
// 3 the entries of which only the newest is kept, by what they are the newest of, 4 the same by offset.
// An entry is text: see entry.ts.

/** What all of them begin with. A log whose meta hash is gone is another log: its entries go with it. */
const open = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)

local function int(n) return string.format('%.0f', n) end

local function begin(epoch, zero)
  local meta = redis.call('HMGET', KEYS[1], 'e', 'o', 'i')
  if meta[1] and meta[2] and meta[3] then return meta[1], meta[2], meta[3] end
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[1], 'e', epoch, 'o', '0', 'i', zero)
  return epoch, '0', zero
end

-- Never for less long. A key that has no end yet counts as one that has none.
local function keep(key, ms)
  if redis.call('PEXPIRE', key, ms, 'GT') == 0 and redis.call('PTTL', key) == -1 then
    redis.call('PEXPIRE', key, ms)
  end
end`

/** Drops what has expired: looks at the first, and at more while all of them have. */
const clean = `
local function expired(entry)
  return tonumber(string.match(entry, '^%S+ %S+ %S+ (%d+)')) <= now
end

local function clean()
  local look = 1
  while true do
    local dead = 0
    for _, one in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', look)) do
      if not expired(one[2][2]) then break end
      dead = dead + 1
    end
    if dead > 0 then
      redis.call('XTRIM', KEYS[2], 'MAXLEN', '=', redis.call('XLEN', KEYS[2]) - dead)
    end
    if dead < look then break end
    look = math.min(look * 2, 256)
  end
  look = 1
  while true do
    local dead = 0
    for _, name in ipairs(redis.call('ZRANGE', KEYS[4], 0, look - 1)) do
      local entry = redis.call('HGET', KEYS[3], name)
      if entry and not expired(entry) then break end
      redis.call('HDEL', KEYS[3], name)
      redis.call('ZREM', KEYS[4], name)
      dead = dead + 1
    end
    if dead < look then break end
    look = math.min(look * 2, 256)
  end
end`

/**
 * KEYS: 5 what the key of the publish is remembered by, if it has one. ARGV: 1 an epoch and 2 an id,
 * should the log begin here; 3 the entry's id; 4 where to publish; 5 the data; 6 what it is the newest
 * of, as JSON; 7 how long the key is remembered; 8 how many are kept, 9 for how long; 10 how long the
 * log is known at least. Gives the position, and 1 if the key was known. What has expired is dropped
 * by who reads: here it would cost each event as much as the event, and how much is kept has its bound.
 */
export const appendScript: Script = createScript(
  open,
  `
if KEYS[5] then
  local known = redis.call('GET', KEYS[5])
  if known then return {known, 1} end
end
local epoch, last, previous = begin(ARGV[1], ARGV[2])
local offset = int(last + 1)
redis.call('HSET', KEYS[1], 'o', offset, 'i', ARGV[3])
local position = epoch .. '.' .. offset .. '.' .. ARGV[3]
local entry = position .. ' ' .. previous .. ' ' .. int(now) .. ' ' .. int(now + ARGV[9]) .. '\\n'
  .. ARGV[6] .. '\\n' .. ARGV[5]
if ARGV[6] == '' then
  redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[8], offset .. '-0', 'e', entry)
  keep(KEYS[2], ARGV[9])
else
  redis.call('HSET', KEYS[3], ARGV[6], entry)
  redis.call('ZADD', KEYS[4], offset, ARGV[6])
  local over = redis.call('ZCARD', KEYS[4]) - ARGV[8]
  for rank = 0, over - 1 do
    redis.call('HDEL', KEYS[3], redis.call('ZPOPMIN', KEYS[4])[1])
  end
  keep(KEYS[3], ARGV[9])
  keep(KEYS[4], ARGV[9])
end
if KEYS[5] then redis.call('SET', KEYS[5], position, 'PX', ARGV[7]) end
keep(KEYS[1], ARGV[10])
redis.call('PUBLISH', ARGV[4], 'e' .. entry)
return {position, 0}`,
)

/**
 * ARGV: 1 and 2 as above; 3 how long the log is known; 4 an epoch and 5 an offset to read after;
 * 6 how many. Gives the last position, then entries, then those of which only the newest is kept.
 */
export const readScript: Script = createScript(
  open,
  clean,
  `
local epoch, offset, id = begin(ARGV[1], ARGV[2])
keep(KEYS[1], ARGV[3])
clean()
local from = '0'
if ARGV[4] == epoch then from = ARGV[5] end
local entries = {}
for _, one in ipairs(redis.call('XRANGE', KEYS[2], '(' .. from .. '-0', '+', 'COUNT', ARGV[6])) do
  entries[#entries + 1] = one[2][2]
end
local newest = {}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. from, '+inf', 'LIMIT', 0, ARGV[6])) do
  newest[#newest + 1] = redis.call('HGET', KEYS[3], name) or nil
end
return {epoch .. '.' .. offset .. '.' .. id, entries, newest}`,
)

/** ARGV: 1 to 3 as above. Gives the last position. */
export const lastScript: Script = createScript(
  open,
  `
local epoch, offset, id = begin(ARGV[1], ARGV[2])
keep(KEYS[1], ARGV[3])
return epoch .. '.' .. offset .. '.' .. id`,
)
