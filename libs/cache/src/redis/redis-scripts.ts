import { defineScript } from '@redis/client';

/**
 * What an entry's key holds in Redis is either its envelope, `{"x":<expires at, ms>|null,"v":<value>}`, or the lease of a load that is
 * under way, `"<token>"`: so whatever deletes or writes the key ends the lease too. Scripts get the present as an argument, since
 * expiry is judged by our Clock.
 */

/** A load that takes longer than this is not kept. By Redis' own clock: whoever holds a lease may be gone. */
export const LEASE_MS = 5_000;

/** What is there: an envelope that is live, or somebody's lease. Nil when there was neither: the key then holds this lease. */
const take = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local held = redis.call('GET', KEYS[1])
    if held then
      local expiresAt = string.match(held, '^{"x":(%d+),')
      if not expiresAt or tonumber(expiresAt) > tonumber(ARGV[2]) then return held end
    end
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
    return false`,
  transformArguments: (key: string, lease: string, nowMs: number) => [
    key,
    lease,
    String(nowMs),
    String(LEASE_MS),
  ],
  transformReply: (reply: string | null) => reply ?? undefined,
});

/** Puts what was loaded in place of the lease, if that still stands; nothing, when nothing is to be kept. */
const settle = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1`,
  transformArguments: (key: string, lease: string, envelope: string, lifeMs: number) => [
    key,
    lease,
    envelope,
    String(lifeMs),
  ],
  transformReply: (reply: number) => reply === 1,
});

export type Sum = number | 'not-a-number' | 'out-of-range';

/** A number is kept as its decimal digits: Lua's own way to write one loses what is beyond the fourteenth. */
const increment = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local held = redis.call('GET', KEYS[1])
    local expiresAt, count
    if held then expiresAt, count = string.match(held, '^{"x":(%w+),"v":(.*)}$') end
    if expiresAt and expiresAt ~= 'null' and tonumber(expiresAt) <= tonumber(ARGV[2]) then count = nil end
    local isFirst = not count
    if isFirst then expiresAt, count = ARGV[3], '0' end
    if not string.match(count, '^-?%d+$') then return 'not-a-number' end
    local sum = tonumber(count) + tonumber(ARGV[1])
    if math.abs(sum) > 9007199254740991 then return 'out-of-range' end
    local text = string.format('%.0f', sum)
    local envelope = '{"x":' .. expiresAt .. ',"v":' .. text .. '}'
    if not isFirst then redis.call('SET', KEYS[1], envelope, 'KEEPTTL')
    elseif ARGV[4] == '' then redis.call('SET', KEYS[1], envelope)
    else redis.call('SET', KEYS[1], envelope, 'PX', ARGV[4]) end
    return text`,
  transformArguments: (
    key: string,
    by: number,
    nowMs: number,
    expiresAtMs: number | undefined,
    lifeMs: number | undefined,
  ) => [key, String(by), String(nowMs), String(expiresAtMs ?? 'null'), String(lifeMs ?? '')],
  transformReply: (reply: string): Sum =>
    reply === 'not-a-number' || reply === 'out-of-range' ? reply : Number(reply),
});

export const scripts = { take, settle, increment };
