import { RedisScript } from './RedisScript.ts';

/** The fields of a lease, in the order in which a script answers with them. */
export const LEASE_FIELDS = [
  'counter',
  'checkpoint',
  'at',
  'owner',
  'token',
  'nextOwner',
  'switches',
  'hashKeys',
  'parents',
  'children',
] as const;

/** The error code by which a script says that the hash is none that it knows. */
export const FOREIGN = 'RXJSKINESIS';

const HEAD = `
local key = KEYS[1]
local format = redis.call('HGET', key, 'format')
if format ~= '1' and redis.call('EXISTS', key) == 1 then
  return redis.error_reply('${FOREIGN} ' .. (format and 'its field "format" is "' .. format .. '"' or 'it has no field "format"'))
end
`;

/** ARGV[1] is the shard's id. A lease exists where it has a counter. */
const LEASE = `${HEAD}
local function name(field) return ARGV[1] .. ':' .. field end
local function get(field) return redis.call('HGET', key, name(field)) end
local function set(field, value) redis.call('HSET', key, name(field), value) end
local function clear(field) redis.call('HDEL', key, name(field)) end
local function add(field) redis.call('HINCRBY', key, name(field), 1) end
local function lease() return redis.call('HMGET', key, ${LEASE_FIELDS.map((field) => `name('${field}')`).join(', ')}) end
local counter = get('counter')
`;

/** ARGV[2] and ARGV[3] are the owner and the token of the snapshot, empty where it has none. */
const HOLDER = `${LEASE}
if not counter then return false end
local isHeld = ARGV[3] ~= '' and get('owner') == ARGV[2] and get('token') == ARGV[3]
`;

/**
 * Sequence numbers have more digits than a number of Lua holds, and text is compared by the server's locale: so by length, and then by
 * pieces that a number does hold.
 */
const IS_PROGRESS = `
local function isBefore(a, b)
  a, b = a:gsub('^0+(%d)', '%1'), b:gsub('^0+(%d)', '%1')
  if #a ~= #b then return #a < #b end
  for i = 1, #a, 15 do
    local x, y = tonumber(a:sub(i, i + 14)), tonumber(b:sub(i, i + 14))
    if x ~= y then return x < y end
  end
  return nil
end
local function isStart(text)
  return text == 'TRIM_HORIZON' or text == 'LATEST' or text:match('^AT_TIMESTAMP:%-?%d+$') ~= nil
end
local function isProgress(stored, next)
  if isStart(stored) then return true end
  local sequence, sub = stored:match('^(%d+):(%d+)$')
  if not sequence then return false end
  if next == 'SHARD_END' then return true end
  local nextSequence, nextSub = next:match('^(%d+):(%d+)$')
  if not nextSequence then return false end
  local before = isBefore(sequence, nextSequence)
  if before == nil then before = isBefore(sub, nextSub) end
  return before == true
end
`;

/** All of a stream. That it writes, though nothing, keeps it from being answered by a replica that lags behind. */
export const READ_ALL = new RedisScript(`${HEAD}
redis.call('HDEL', key, ':')
return redis.call('HGETALL', key)
`);

/** ARGV: for each lease its id, checkpoint, hash keys, and parents. */
export const CREATE = new RedisScript(`${HEAD}
redis.call('HSET', key, 'format', '1')
for i = 1, #ARGV, 4 do
  local id = ARGV[i]
  if redis.call('HEXISTS', key, id .. ':counter') == 0 then
    redis.call('HSET', key, id .. ':counter', '0', id .. ':checkpoint', ARGV[i + 1], id .. ':hashKeys', ARGV[i + 2])
    if ARGV[i + 3] ~= '' then redis.call('HSET', key, id .. ':parents', ARGV[i + 3]) end
  end
end
return 1
`);

/** ARGV: id, counter, worker, token. */
export const TAKE = new RedisScript(`${LEASE}
if not counter then return false end
if get('token') == ARGV[4] then return lease() end
if counter ~= ARGV[2] then return false end
local owner = get('owner')
if owner and owner ~= ARGV[3] then add('switches') end
set('owner', ARGV[3])
set('token', ARGV[4])
clear('nextOwner')
add('counter')
return lease()
`);

/** ARGV: id, owner, token. */
export const RENEW = new RedisScript(`${HOLDER}
if not isHeld then return false end
add('counter')
return lease()
`);

/** ARGV: id, owner, token, checkpoint, children (empty: leave them), time. */
export const CHECKPOINT = new RedisScript(`${HOLDER}${IS_PROGRESS}
if not isHeld then return false end
add('counter')
if isProgress(get('checkpoint') or '', ARGV[4]) then
  set('checkpoint', ARGV[4])
  set('at', ARGV[6])
  clear('switches')
  if ARGV[5] ~= '' then set('children', ARGV[5]) end
end
return lease()
`);

/** ARGV: id, counter, worker. */
export const REQUEST_HAND_OVER = new RedisScript(`${LEASE}
if not counter or not get('owner') then return false end
local nextOwner = get('nextOwner')
if nextOwner then return nextOwner == ARGV[3] and lease() end
if counter ~= ARGV[2] then return false end
set('nextOwner', ARGV[3])
add('counter')
return lease()
`);

/** ARGV: id, owner, token. */
export const RELEASE = new RedisScript(`${HOLDER}
if not get('owner') then return lease() end
if not isHeld then return false end
clear('owner')
clear('token')
add('counter')
return lease()
`);

/** ARGV: id, counter, checkpoint, time. */
export const PUT_BACK = new RedisScript(`${LEASE}
if not counter then return false end
if counter ~= ARGV[2] then
  local isDone = not get('owner') and not get('nextOwner') and get('checkpoint') == ARGV[3]
  return isDone and lease()
end
set('checkpoint', ARGV[3])
set('at', ARGV[4])
for _, field in ipairs({'owner', 'token', 'nextOwner', 'switches'}) do clear(field) end
add('counter')
return lease()
`);

/** ARGV: id, counter. Removes the fields that it does not know as well. */
export const REMOVE = new RedisScript(`${LEASE}
if not counter then return 1 end
if counter ~= ARGV[2] then return 0 end
for _, field in ipairs(redis.call('HKEYS', key)) do
  if field:match('^(.*):[^:]*$') == ARGV[1] then redis.call('HDEL', key, field) end
end
if redis.call('HLEN', key) == 1 then redis.call('DEL', key) end
return 1
`);
