//! What happens in Redis in one step: Lua.

use redis::Script;

/// GCRA: the stored number is when, in microseconds of Redis' clock, the limit is untouched again.
/// Returns 0, or the microseconds to wait.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local taken, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + taken
local ahead = free - now
if ahead > period then return ahead - period end
redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', math.ceil(ahead / 1000) + 1)
return 0";

const ADD: &str = r"
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return sum";

/// A group is a hash of its members. Returns them, or nothing where all places are taken.
const ENTER: &str = r"
local is_in = redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1
if not is_in and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return false end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('HGETALL', KEYS[1])";

/// Redis removes a hash with its last field.
const LEAVE: &str = r"
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])";

const MEMBERS: &str = r"
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])";

pub(super) struct Scripts {
    pub(super) take: Script,
    pub(super) add: Script,
    pub(super) enter: Script,
    pub(super) leave: Script,
    pub(super) members: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        let [take, add, enter, leave, members] =
            [TAKE, ADD, ENTER, LEAVE, MEMBERS].map(Script::new);
        Self { take, add, enter, leave, members }
    }
}
