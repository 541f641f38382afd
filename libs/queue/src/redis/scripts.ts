/** Field of BullMQ's job hash that holds the ledger. BullMQ reads the fields it knows and leaves this one alone. */
export const LEDGER_FIELD = 'sandlot';

/** Name of a history entry's one field: the last one has a name of its own. */
const EVENT_FIELD = 'event';
export const END_FIELD = 'end';

/** KEYS: job. ARGV: expected text, next text. See `LedgerStore.swap`. */
export const SWAP_LEDGER = `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'missing'} end
local current = redis.call('HGET', KEYS[1], '${LEDGER_FIELD}') or ''
if redis.call('HEXISTS', KEYS[1], 'finishedOn') == 1 then return {'finished', current} end
if current ~= ARGV[1] then return {'changed', current} end
redis.call('HSET', KEYS[1], '${LEDGER_FIELD}', ARGV[2])
return {'swapped'}
`;

/**
 * KEYS: stream, byte count, job. ARGV: channel, attempt, ends (0|1), budget bytes, time to live ms, events as JSON.
 * See `EventWriter.append`. A stream refuses ids that do not grow, which is what makes an old attempt harmless; once
 * the history of an ended job may be forgotten, that the job has ended does.
 */
export const APPEND_EVENTS = `
if ARGV[3] == '0' and redis.call('HEXISTS', KEYS[3], 'finishedOn') == 1 then return 0 end
local attempt = tonumber(ARGV[2])
local seq = attempt == 0 and 1 or 0
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if newest then
  if newest[2][1] == '${END_FIELD}' then return 0 end
  local newestAttempt, newestSeq = string.match(newest[1], '^(%d+)-(%d+)$')
  if tonumber(newestAttempt) > attempt then return 0 end
  if tonumber(newestAttempt) == attempt then seq = tonumber(newestSeq) end
end
local bytes = tonumber(redis.call('GET', KEYS[2]) or 0)
for index = 6, #ARGV do
  seq = seq + 1
  local field = (ARGV[3] == '1' and index == #ARGV) and '${END_FIELD}' or '${EVENT_FIELD}'
  redis.call('XADD', KEYS[1], attempt .. '-' .. seq, field, ARGV[index])
  bytes = bytes + #ARGV[index]
end
while bytes > tonumber(ARGV[4]) and redis.call('XLEN', KEYS[1]) > 1 do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[1], oldest[1])
  bytes = bytes - #oldest[2][2]
end
redis.call('SET', KEYS[2], bytes, 'PX', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PUBLISH', ARGV[1], '')
return 1
`;

/** What Redis takes for a history, and for each of its events, beside their text: a stream's first node has 4 KiB. */
const HISTORY_BYTES = 5_500;
const EVENT_BYTES = 100;

/**
 * KEYS: histories of ended jobs, by the time when one was last wanted; their bytes, and `total` of them; stream.
 * ARGV: id, time ms, budget bytes, prefixes of streams and of byte counts. Notes that a history has ended. Beyond the
 * budget those go that nobody wanted for longest, but never this one.
 */
export const NOTE_ENDED_HISTORY = `
local function forget(id)
  if redis.call('ZREM', KEYS[1], id) == 0 then return end
  redis.call('HINCRBY', KEYS[2], 'total', '-' .. redis.call('HGET', KEYS[2], id))
  redis.call('HDEL', KEYS[2], id)
end
local text = tonumber(redis.call('GET', ARGV[5] .. ARGV[1]) or 0)
local bytes = math.ceil(text * 1.25) + ${EVENT_BYTES} * redis.call('XLEN', KEYS[3]) + ${HISTORY_BYTES}
forget(ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], bytes)
local total = redis.call('HINCRBY', KEYS[2], 'total', bytes)
while total > tonumber(ARGV[3]) do
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 1)
  local id = oldest[1] == ARGV[1] and oldest[2] or oldest[1]
  if not id then break end
  forget(id)
  redis.call('DEL', ARGV[4] .. id, ARGV[5] .. id)
  total = tonumber(redis.call('HGET', KEYS[2], 'total'))
end
return total
`;

/** KEYS: job, set of cancelled jobs in the queue. ARGV: id. Not noted once a worker has taken the job out. */
export const NOTE_CANCELLED = `
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HEXISTS', KEYS[1], 'finishedOn') == 0 then
  redis.call('SADD', KEYS[2], ARGV[1])
end
return 1
`;

/**
 * KEYS: set of cancelled jobs in the queue, BullMQ's completed set, one sorted set per terminal state. ARGV:
 * prefix of job keys. BullMQ forgets its oldest completed jobs by age and number; the same ones are dropped here.
 * A few members of the first set are checked each time, so that what a crash left there goes away.
 */
export const TALLY = `
for _, id in ipairs(redis.call('SRANDMEMBER', KEYS[1], 20)) do
  local job = ARGV[1] .. id
  if redis.call('EXISTS', job) == 0 or redis.call('HEXISTS', job, 'finishedOn') == 1 then
    redis.call('SREM', KEYS[1], id)
  end
end
local counts, total = { redis.call('SCARD', KEYS[1]) }, 0
for index = 3, #KEYS do
  counts[index - 1] = redis.call('ZCARD', KEYS[index])
  total = total + counts[index - 1]
end
local excess = math.min(total - redis.call('ZCARD', KEYS[2]), 10000)
for _ = 1, excess do
  local oldest, at
  for index = 3, #KEYS do
    local head = redis.call('ZRANGE', KEYS[index], 0, 0, 'WITHSCORES')
    if head[2] and (not at or tonumber(head[2]) < at) then oldest, at = index, tonumber(head[2]) end
  end
  redis.call('ZPOPMIN', KEYS[oldest])
  counts[oldest - 1] = counts[oldest - 1] - 1
end
return counts
`;

/** KEYS: key record. ARGV: expected text ('' for nothing), next text, time to live ms. Gives what was there. */
export const SWAP_KEY = `
local current = redis.call('GET', KEYS[1]) or ''
if current == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return current
`;
