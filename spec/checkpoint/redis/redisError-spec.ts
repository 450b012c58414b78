import { expect } from 'chai';
import { ReplyError } from 'ioredis';
import { redisError } from '../../../src/checkpoint/redis/redisError.ts';

const site = { doing: 'Renewing the lease', key: 'k{a:b}', streamName: 'b', shardId: 'shardId-1' };
const open = { eval: () => Promise.resolve(), evalsha: () => Promise.resolve(), status: 'ready' };
const reply = (message: string): Error => new (ReplyError as unknown as new (message: string) => Error)(message);

describe('redisError', () => {
  for (const [message, retryable] of [
    ["READONLY You can't write against a read only replica. script: 0ab, on @user_script:9.", true],
    [
      "ERR Error running script (call to f_0ab): @user_script:9: @user_script: 9: -READONLY You can't write against a read only replica.",
      true,
    ],
    ['MOVED 866 127.0.0.1:7001', true],
    ['ASK 866 127.0.0.1:7001', true],
    ['TRYAGAIN Multiple keys request during rehashing of slot', true],
    ['CLUSTERDOWN Hash slot not served', true],
    ['MASTERDOWN Link with MASTER is down', true],
    ['NOREPLICAS Not enough good replicas to write.', true],
    ['LOADING Redis is loading the dataset in memory', true],
    ['BUSY Redis is busy running a script.', true],
    ["OOM command not allowed when used memory > 'maxmemory'.", true],
    [
      "ERR Error running script (call to f_0ab): @user_script:9: @user_script: 9: -OOM command not allowed when used memory > 'maxmemory'.",
      true,
    ],
    ['MISCONF Redis is configured to save RDB snapshots', true],
    ['ERR max number of clients reached', true],
    ['NOAUTH Authentication required.', false],
    ['WRONGPASS invalid username-password pair', false],
    ["NOPERM User u has no permissions to run the 'evalsha' command", false],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', false],
    ["ERR unknown command 'evalsha'", false],
    ['CROSSSLOT Keys in request do not hash to the same slot', false],
    ['RXJSKINESIS it has no field "format"', false],
  ] as const) {
    it(`should be ${retryable ? 'retryable' : 'final'} for ${message}`, () => {
      const cause = reply(message);
      const error = redisError(cause, site, open);
      expect(error).to.include({ retryable, cause, streamName: 'b', shardId: 'shardId-1' });
      expect(error.message).to.include('Renewing the lease failed in Redis, key k{a:b} (stream b, shard shardId-1)');
      if (retryable) expect(error.message).to.match(/\. The call is repeated\.$/);
    });
  }

  for (const message of ['Command timed out', 'connect ECONNREFUSED 127.0.0.1:1', 'Failed to refresh slots cache.']) {
    it(`should be retryable for ${message}`, () => {
      expect(redisError(new Error(message), site, open)).to.include({ retryable: true });
    });
  }

  it('should be final over a client that is closed, and for a mistake', () => {
    const closed = { ...open, status: 'end' };
    expect(redisError(new Error('Connection is closed.'), site, closed)).to.include({ retryable: false });
    expect(redisError(new Error('Connection is closed.'), site, open)).to.include({ retryable: true });
    expect(redisError(new TypeError('redis.x is not a function'), site, open)).to.include({ retryable: false });
  });
});
