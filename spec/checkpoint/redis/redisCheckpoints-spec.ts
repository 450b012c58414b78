import { expect } from 'chai';
import { Redis } from 'ioredis';
import { firstValueFrom, from, map, NEVER, type ObservableInput } from 'rxjs';
import { redisCheckpoints } from '../../../src/checkpoint/redis/redisCheckpoints.ts';
import type { RedisCheckpointsOptions } from '../../../src/checkpoint/redis/RedisCheckpointsOptions.ts';
import type { RedisLike } from '../../../src/checkpoint/redis/RedisLike.ts';
import { CheckpointStoreError } from '../../../src/errors/CheckpointStoreError.ts';
import { RedisServer } from '../../support/RedisServer.ts';
import { aLease, SHARD, STREAM } from './aLease.ts';

describe('redisCheckpoints, what it stores', function () {
  this.timeout(10_000);
  let server: RedisServer;
  let redis: Redis;

  before(async function () {
    this.timeout(120_000);
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    redis = new Redis(server.url);
    await redis.flushall();
  });
  afterEach(() => {
    redis.disconnect();
  });
  after(() => server.stop());

  const storeOf = (application: string, options: Partial<RedisCheckpointsOptions> = {}) =>
    redisCheckpoints({ application, redis, ...options });

  it('should be the hash that the guide describes, without a time to live', async () => {
    const store = storeOf('billing');
    const parents = ['shardId-1', 'shardId-2'];
    const fresh = { shardId: SHARD, parentShardIds: parents, startingHashKey: '0', endingHashKey: '99' };
    await answer(store.create(STREAM, [{ ...fresh, checkpoint: { atTimestamp: new Date(1_700_000_000_000) } }]));
    const key = 'rxjs-kinesis:{billing:orders}';
    const created = {
      format: '1',
      [`${SHARD}:counter`]: '0',
      [`${SHARD}:checkpoint`]: 'AT_TIMESTAMP:1700000000000',
      [`${SHARD}:hashKeys`]: '0-99',
      [`${SHARD}:parents`]: '["shardId-1","shardId-2"]',
    };
    expect(await redis.hgetall(key)).to.deep.equal(created);

    const [lease] = await answer(store.leases(STREAM));
    const first = (await answer(store.take(lease!, { workerId: 'a', token: 'a1' })))!;
    const held = (await answer(store.take(first, { workerId: 'b', token: 'b1' })))!;
    await answer(store.requestHandOver(held, 'c'));
    const taken = { ...created, [`${SHARD}:counter`]: '3' };
    const owned = { [`${SHARD}:owner`]: 'b', [`${SHARD}:token`]: 'b1', [`${SHARD}:nextOwner`]: 'c' };
    expect(await redis.hgetall(key)).to.deep.equal({ ...taken, ...owned, [`${SHARD}:switches`]: '1' });

    await answer(store.checkpoint(held, { sequenceNumber: '4959', subSequenceNumber: 7 }));
    expect(await redis.hget(key, `${SHARD}:checkpoint`)).to.equal('4959:7');
    await answer(store.checkpoint(held, 'SHARD_END', ['shardId-3']));
    await answer(store.release(held));
    const at = (await redis.hget(key, `${SHARD}:at`)) ?? '';
    expect(Number(at)).to.be.within(Date.now() - 30_000, Date.now());
    expect(await redis.hgetall(key)).to.deep.equal({
      ...created,
      [`${SHARD}:at`]: at,
      [`${SHARD}:counter`]: '6',
      [`${SHARD}:checkpoint`]: 'SHARD_END',
      [`${SHARD}:children`]: '["shardId-3"]',
      [`${SHARD}:nextOwner`]: 'c',
    });
    expect(await redis.ttl(key)).to.equal(-1);
    expect(await redis.keys('*')).to.deep.equal([key]);
  });

  it('should leave fields that it does not know, until the lease is removed', async () => {
    const store = storeOf('billing');
    const lease = await aLease(store);
    const key = 'rxjs-kinesis:{billing:orders}';
    const unknown = { colour: 'blue', [`${SHARD}:colour`]: '9007199254740993', [`${SHARD}0:colour`]: 'red' };
    await redis.hset(key, unknown);
    const held = (await answer(store.take(lease, { workerId: 'a', token: 'a1' })))!;
    await answer(store.checkpoint(held, { sequenceNumber: '1', subSequenceNumber: 0 }));
    const released = (await answer(store.release(held)))!;
    expect(await redis.hgetall(key)).to.include(unknown);
    expect(await answer(store.leases(STREAM))).to.deep.equal([released]);
    await answer(store.remove(released));
    expect(await redis.hgetall(key)).to.deep.equal({ format: '1', colour: 'blue', [`${SHARD}0:colour`]: 'red' });
  });

  it('should take an age that cannot be read for none, and say where a checkpoint names no time', async () => {
    const store = storeOf('billing');
    await aLease(store);
    const key = 'rxjs-kinesis:{billing:orders}';
    for (const at of ['', 'abc', '1.5', '9'.repeat(16)]) {
      await redis.hset(key, `${SHARD}:at`, at);
      expect((await answer(store.leases(STREAM)))[0]).to.include({ checkpointedAt: undefined });
    }
    await redis.hset(key, `${SHARD}:checkpoint`, 'AT_TIMESTAMP:9999999999999999');
    const error: unknown = await answer(store.leases(STREAM)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(CheckpointStoreError);
    expect((error as Error).message).to.contain(`its field "${SHARD}:checkpoint" is "AT_TIMESTAMP:9999999999999999".`);
  });

  it('should write whole milliseconds where the clock has fractions', async () => {
    const store = storeOf('billing');
    const held = (await answer(store.take(await aLease(store), { workerId: 'a', token: 'a1' })))!;
    const { now } = Date;
    Date.now = () => now() + 0.25;
    try {
      const written = await answer(store.checkpoint(held, { sequenceNumber: '5', subSequenceNumber: 0 }));
      expect(written!.checkpointedAt!.getTime()).to.be.within(now() - 30_000, now());
    } finally {
      Date.now = now;
    }
  });

  it('should leave nothing behind when the last lease is removed', async () => {
    const store = storeOf('billing');
    await answer(store.remove(await aLease(store)));
    expect(await redis.keys('*')).to.deep.equal([]);
  });

  it('should keep applications and streams apart, whatever their names, and place each in one slot', async () => {
    const names = ['a', 'a:b', 'b', '}', '{', '{a}', 'a}:{b', '%3A', ':', ' ', 'ä', '"', '*', 'a%3Ab', '\n'];
    for (const application of names) {
      for (const streamName of names) await aLease(storeOf(application), streamName);
    }
    const keys = await redis.keys('*');
    expect(keys).to.have.lengthOf(names.length ** 2);
    for (const key of keys) expect(key).to.match(/^rxjs-kinesis:\{[^{}:]+:[^{}:]+\}$/);
    await aLease(storeOf('a', { prefix: 'other:' }));
    expect(await redis.keys('other:*')).to.deep.equal(['other:{a:orders}']);
  });

  it('should compare positions of any length as integers', async () => {
    const store = storeOf('billing');
    const held = (await answer(store.take(await aLease(store), { workerId: 'a', token: 'a1' })))!;
    const long = `4959${'0'.repeat(60)}`;
    const steps = [
      ['99', 0, true],
      ['100', 0, true],
      ['99', 5, false],
      ['0100', 0, false],
      ['100', 9, true],
      ['100', 10, true],
      ['100', 9, false],
      ['9007199254740992', 0, true],
      ['9007199254740993', 0, true],
      ['9007199254740992', 0, false],
      [`${long}1`, 0, true],
      [`${long}2`, 0, true],
      [`${long}1`, 9, false],
      [`0${long}1`, 9, false],
      [`1${long}0`, 0, true],
      [`9${long}9`, 0, true],
      [`1${long}9`, 0, false],
    ] as const;
    for (const [sequenceNumber, subSequenceNumber, isProgress] of steps) {
      const position = { sequenceNumber, subSequenceNumber };
      const written = await answer(store.checkpoint(held, position));
      const title = `${sequenceNumber}:${subSequenceNumber}`;
      if (isProgress) expect(written?.checkpoint, title).to.deep.equal(position);
      else expect(written?.checkpoint, title).not.to.deep.equal(position);
    }
  });

  it('should let one of 50 clients take a lease, and 50 checkpoints at once end at the greatest', async () => {
    const clients = Array.from({ length: 50 }, () => new Redis(server.url));
    const stores = clients.map((client) => redisCheckpoints({ application: 'billing', redis: client }));
    const lease = await aLease(storeOf('billing'));
    const takes = await Promise.all(
      stores.map((store, index) => answer(store.take(lease, { workerId: `${index}`, token: `t${index}` }))),
    );
    const [held, ...others] = takes.filter((taken) => taken !== undefined);
    expect(others).to.deep.equal([]);
    const seen = await Promise.all(
      stores.map((store, index) =>
        answer(store.checkpoint(held!, { sequenceNumber: `${(index * 37) % 50}`, subSequenceNumber: 0 })),
      ),
    );
    expect(seen.every((each) => each !== undefined)).to.equal(true);
    const [last] = await answer(storeOf('billing').leases(STREAM));
    expect(last).to.deep.include({ checkpoint: { sequenceNumber: '49', subSequenceNumber: 0 }, counter: 51 });
    for (const client of clients) client.disconnect();
  });

  it('should read what a client of either protocol answers, and whatever it makes of maps and numbers', async () => {
    const plain = storeOf('billing');
    const clients = [
      new Redis(server.url, { protocol: 2 }),
      new Redis(server.url, { protocol: 3, replyMapping: 'resp3' }),
      new Redis(server.url, { stringNumbers: true, enableAutoPipelining: true }),
    ];
    for (const client of clients) {
      const store = storeOf('billing', { redis: client });
      const lease = await aLease(plain);
      expect(await answer(store.leases(STREAM))).to.deep.equal([lease]);
      const taken = await answer(store.take(lease, { workerId: 'a', token: 'a1' }));
      expect(taken).to.include({ owner: 'a' });
      expect(await answer(store.remove(taken!))).to.equal(true);
      client.disconnect();
    }
  });

  it('should do nothing before it is subscribed to, and do it again for each', async () => {
    const store = storeOf('billing');
    const lease = await aLease(store);
    const take = from(store.take(lease, { workerId: 'a', token: 'a1' }));
    await answer(take);
    const renewal = from(store.renew((await answer(take))!)).pipe(map((held) => held?.counter));
    expect([await answer(renewal), await answer(renewal)]).to.deep.equal([2, 3]);
  });
});

describe('The options of redisCheckpoints', () => {
  const redis: RedisLike = { evalsha: () => firstValueFrom(NEVER), eval: () => firstValueFrom(NEVER) };
  const made = (options: object) => () => redisCheckpoints({ application: 'billing', redis, ...options });

  for (const [options, type, message] of [
    [{ application: '' }, TypeError, /application must be a name, and not empty; got ""/],
    [{ application: 3 }, TypeError, /application must be a name, and not empty; got 3/],
    [{ application: '\ud800' }, RangeError, /application must be well-formed Unicode/],
    [{ redis: undefined }, TypeError, /redis must be a Redis or a Cluster of ioredis; got undefined/],
    [{ redis: { eval: () => 1 } }, TypeError, /got an object without evalsha\(\)/],
    [{ redis: { evalSha: () => 1 } }, TypeError, /without evalsha\(\) and eval\(\)\. Of another client make/],
    [{ prefix: 3 }, TypeError, /prefix must be a string; got 3/],
    [{ prefix: '{x}' }, RangeError, /prefix must be .* without "\{" and "\}".*; got "\{x\}"/],
    [{ metrics: {} }, TypeError, /metrics must be a metrics collector/],
    [{ ttl: 3 }, TypeError, /redisCheckpoints has no option "ttl"; it has application, metrics, prefix, redis/],
  ] as const) {
    it(`should say by a ${type.name}: ${message.source}`, () => {
      expect(made(options)).to.throw(type, message);
    });
  }

  it('should be satisfied by what has the methods', () => {
    expect(made({ prefix: '' })).not.to.throw();
  });
});

const answer = <T>(call: ObservableInput<T>): Promise<T> => firstValueFrom(from(call));
