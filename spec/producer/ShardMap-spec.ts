import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { NEVER } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { hashKeyToHex, hashOfPartitionKey } from '../../src/aws/hashKey.ts';
import { streamTarget } from '../../src/aws/streamTarget.ts';
import { checkToKinesisOptions } from '../../src/producer/checkToKinesisOptions.ts';
import { ShardMap } from '../../src/producer/ShardMap.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { FixedShards } from './FixedShards.ts';

const LATENCY_MS = 20;

/** A map of a stream, what it told, and how it is asked. */
function start(shards = 2, wrap = (fake: FakeKinesis): KinesisClientLike => fake, ttlMs = 30_000) {
  const clock = new VirtualClock(0);
  const streams = { orders: { shards } };
  const fake = new FakeKinesis({ scheduler: clock, streams, latencyMs: LATENCY_MS, limits: false });
  const told: (number | string)[] = [];
  const options = { scheduler: clock, random: () => 0.5, backoff: { initialMs: 4_000, maxMs: 64_000 }, ttlMs };
  const map = new ShardMap(wrap(fake), streamTarget('orders'), checkToKinesisOptions(options), {
    listed: (openShards) => told.push(openShards),
    failed: ({ name }, attempt, delayMs) => told.push(`${name} ${attempt} ${delayMs}`),
    late: () => told.push('late'),
  });
  const ask = () => map.keepUp(clock.now());
  const askAndPass = (ms = LATENCY_MS) => {
    ask();
    clock.pass(ms);
  };
  const count = () => fake.calls.count('ListShards');
  return { clock, fake, told, map, ask, askAndPass, count };
}

const hex = (part: number) => hashKeyToHex(FixedShards.key(part));
const deaf = (): KinesisClientLike => ({ send: () => NEVER });

describe('ShardMap', () => {
  it('should list nothing before something is put, and know nothing till then', () => {
    const { clock, map, count } = start();
    clock.pass(600_000);
    expect([count(), map.isKnown, map.isAwaited, map.shardOf(hex(0))]).to.deep.equal([0, false, false, undefined]);
    expect(clock.pending).to.equal(0);
  });

  it('should know each shard by its hash keys, both ends included', () => {
    const { map, told, askAndPass } = start(3);
    askAndPass();
    expect(told).to.deep.equal([3]);
    expect(map.isKnown).to.equal(true);
    for (const number of [0, 1, 2]) {
      const shard = map.find(`shardId-00000000000${number}`)!;
      expect(map.shardOf(shard.start)).to.equal(map.shardOf(shard.end));
      expect(map.shardOf(shard.start)).to.deep.equal(shard);
    }
    expect([map.shardOf('0'.repeat(32)), map.shardOf('f'.repeat(32))].map((shard) => shard?.shardId)).to.deep.equal([
      'shardId-000000000000',
      'shardId-000000000002',
    ]);
  });

  it('should predict what the service does, whatever was split and merged', () => {
    const { fake, map, askAndPass } = start(5);
    const [left, right] = fake.split('orders', 'shardId-000000000001', FixedShards.key(0.25));
    fake.split('orders', 'shardId-000000000003');
    fake.merge('orders', right, 'shardId-000000000002');
    fake.merge('orders', 'shardId-000000000000', left);
    askAndPass();
    for (let n = 0; n < 300; n += 1) {
      const [place] = fake.put('orders', { partitionKey: `key-${n}`, data: '' });
      expect(map.shardOf(hashOfPartitionKey(`key-${n}`))?.shardId).to.equal(place!.shardId);
    }
  });

  it('should tell closed shards when asked for them, and send nothing there', () => {
    const { fake, map, told, askAndPass } = start(1);
    fake.split('orders', 'shardId-000000000000');
    askAndPass();
    expect(told).to.deep.equal([2]);
    expect(map.find('shardId-000000000000')).to.include({ start: '0'.repeat(32), end: 'f'.repeat(32) });
    expect(map.shardOf(hex(0))?.shardId).to.equal('shardId-000000000001');
    expect(map.find('shardId-000000000009')).to.be.undefined;
  });

  it('should list all pages, and be known with the last only', () => {
    const { clock, map, told, ask, count } = start(2_500);
    ask();
    clock.pass(2 * LATENCY_MS);
    expect([map.isKnown, map.isAwaited]).to.deep.equal([false, true]);
    clock.pass(LATENCY_MS);
    expect(told).to.deep.equal([2_500]);
    expect(count()).to.equal(3);
    expect(map.shardOf('f'.repeat(32))?.shardId).to.equal('shardId-000000002499');
  });

  it('should keep what it knew when a page of the next listing fails', () => {
    const { clock, fake, map, told, askAndPass } = start(2_500);
    askAndPass(100);
    fake.fail({ operation: 'ListShards', after: 1, times: 1, error: 'InternalFailure' });
    clock.pass(60_000);
    askAndPass(100);
    expect(told).to.deep.equal([2_500, 'KinesisServiceError 1 2000']);
    expect(map.shardOf('f'.repeat(32))?.shardId).to.equal('shardId-000000002499');
  });

  it('should list once at a time, however long that takes and whatever is doubted', () => {
    let calls = 0;
    const client: KinesisClientLike = {
      send: () => {
        calls += 1;
        return NEVER;
      },
    };
    const { clock, map, ask } = start(1, () => client);
    for (let n = 0; n < 5; n += 1) ask();
    map.doubt();
    clock.pass(5_000);
    ask();
    expect(calls).to.equal(1);
  });

  describe('when it is old', () => {
    it('should be listed anew after a minute, with the next put', () => {
      const { clock, askAndPass, count } = start();
      askAndPass();
      clock.pass(60_000 - LATENCY_MS - 1);
      askAndPass(0);
      expect(count()).to.equal(1);
      clock.pass(1);
      askAndPass(0);
      expect(count()).to.equal(2);
    });

    it('should not be listed while nothing is put', () => {
      const { clock, askAndPass, count } = start();
      askAndPass();
      clock.pass(3_600_000);
      expect(count()).to.equal(1);
      expect(clock.pending).to.equal(0);
    });

    it('should learn of a reshard', () => {
      const { clock, fake, map, told, askAndPass } = start(1);
      askAndPass();
      const [, right] = fake.split('orders', 'shardId-000000000000');
      clock.pass(60_000);
      expect(map.shardOf(hex(0.75))?.shardId).to.equal('shardId-000000000000');
      askAndPass();
      expect(map.shardOf(hex(0.75))?.shardId).to.equal(right);
      expect(told).to.deep.equal([1, 2]);
    });
  });

  describe('when it was shown to be wrong', () => {
    it('should be listed anew at once, without a put', () => {
      const { clock, map, askAndPass, count } = start();
      askAndPass(5_000);
      map.doubt();
      clock.pass(0);
      expect(count()).to.equal(2);
    });

    it('should be listed a second after the listing before at the earliest, however often', () => {
      const { clock, map, ask, count, askAndPass } = start();
      askAndPass(100);
      const counts: number[] = [];
      for (let ms = 100; ms < 5_000; ms += 100) {
        map.doubt();
        ask();
        clock.pass(100);
        if ((ms + 100) % 1_000 === 900) counts.push(count());
      }
      expect(counts).to.deep.equal([1, 2, 3, 4, 5]);
    });

    it('should be listed a second later once, if doubt ends', () => {
      const { clock, map, askAndPass, count } = start();
      askAndPass(100);
      for (let n = 0; n < 10; n += 1) map.doubt();
      clock.pass(899);
      expect(count()).to.equal(1);
      clock.pass(1);
      expect(count()).to.equal(2);
      clock.pass(600_000);
      expect(count()).to.equal(2);
    });

    it('should be listed again where the listing under way was doubted, however long that takes', () => {
      const { clock, fake, map, askAndPass, count } = start();
      askAndPass();
      clock.pass(5_000);
      fake.delay({ operation: 'ListShards', ms: 3_000 });
      map.doubt();
      clock.pass(100);
      expect(count()).to.equal(2);
      map.doubt();
      clock.pass(10_000);
      expect(count()).to.equal(3);
      clock.pass(10_000);
      expect([count(), clock.pending]).to.deep.equal([3, 0]);
    });

    it('should know nothing when it is worth nothing, until the next listing', () => {
      const { clock, map, told, askAndPass } = start();
      askAndPass();
      map.forget();
      map.forget();
      expect(told).to.deep.equal([2, 0]);
      expect([map.isKnown, map.shardOf(hex(0)), map.find('shardId-000000000000')]).to.deep.equal([
        false,
        undefined,
        undefined,
      ]);
      clock.pass(60_000);
      askAndPass();
      expect(told).to.deep.equal([2, 0, 2]);
    });
  });

  describe('where listing fails', () => {
    it('should leave records unpredicted, and try again with a put after a while that grows', () => {
      const { clock, fake, map, told, ask } = start();
      fake.fail({ operation: 'ListShards', error: 'InternalFailure' });
      const calls: number[] = [];
      for (let ms = 0; ms < 20_000; ms += 10) {
        const before = fake.calls.count('ListShards');
        ask();
        if (fake.calls.count('ListShards') > before) calls.push(ms);
        clock.pass(10);
      }
      expect(calls).to.deep.equal([0, 2_020, 6_040, 14_060]);
      expect(told.slice(0, 3)).to.deep.equal([
        'KinesisServiceError 1 2000',
        'KinesisServiceError 2 4000',
        'KinesisServiceError 3 8000',
      ]);
      expect([map.isKnown, map.isAwaited]).to.deep.equal([false, false]);
    });

    it('should count failures from one again after a success', () => {
      const { clock, fake, map, told, askAndPass } = start();
      fake.fail({ operation: 'ListShards', error: 'InternalFailure', times: 2 });
      for (let n = 0; n < 3; n += 1) askAndPass(10_000);
      fake.fail({ operation: 'ListShards', error: 'InternalFailure', times: 1 });
      clock.pass(60_000);
      askAndPass();
      expect(told).to.deep.equal([
        'KinesisServiceError 1 2000',
        'KinesisServiceError 2 4000',
        2,
        'KinesisServiceError 1 2000',
      ]);
      expect(map.isKnown).to.equal(true);
    });

    it('should ask once a minute where that is not allowed', () => {
      const { clock, fake, told, ask, count } = start();
      fake.fail({ operation: 'ListShards', error: 'AccessDeniedException' });
      for (let ms = 0; ms < 180_000; ms += 1_000) {
        ask();
        clock.pass(1_000);
      }
      expect(count()).to.equal(3);
      expect(told[0]).to.equal('KinesisServiceError 1 60000');
    });

    it('should give up a listing without an answer, and not before', () => {
      const { clock, map, told, ask } = start(1, deaf);
      ask();
      clock.pass(9_999);
      expect(told).to.deep.equal(['late']);
      clock.pass(1);
      expect(told).to.deep.equal(['late', 'KinesisServiceError 1 2000']);
      expect(map.isKnown).to.equal(false);
    });
  });

  describe('the first listing', () => {
    it('should be awaited until it is there', () => {
      const { clock, map, ask } = start();
      ask();
      clock.pass(LATENCY_MS - 1);
      expect(map.isAwaited).to.equal(true);
      clock.pass(1);
      expect(map.isAwaited).to.equal(false);
      expect(clock.pending).to.equal(0);
    });

    for (const [ttlMs, lateMs] of [
      [30_000, 1_000],
      [600, 300],
    ] as const) {
      it(`should be awaited for ${lateMs} ms at most, where ttlMs is ${ttlMs}`, () => {
        const { clock, map, told, ask } = start(1, deaf, ttlMs);
        ask();
        clock.pass(lateMs - 1);
        expect([map.isAwaited, told]).to.deep.equal([true, []]);
        clock.pass(1);
        expect([map.isAwaited, told]).to.deep.equal([false, ['late']]);
      });
    }

    it('should be the only one that is awaited', () => {
      const { clock, map, ask, askAndPass } = start();
      askAndPass(60_000);
      ask();
      expect(map.isAwaited).to.equal(false);
      clock.pass(LATENCY_MS);
    });
  });

  it('should abort its request, and ask no more, once it is cancelled', () => {
    const aborts: boolean[] = [];
    const client: KinesisClientLike = {
      send: (command, { abortSignal } = {}) => {
        expect(command).to.be.instanceOf(ListShardsCommand);
        abortSignal?.addEventListener('abort', () => aborts.push(true));
        return NEVER;
      },
    };
    const { clock, map, told, ask } = start(1, () => client);
    ask();
    map.doubt();
    map.cancel();
    expect(aborts).to.deep.equal([true]);
    expect(clock.pending).to.equal(0);
    ask();
    map.doubt();
    clock.pass(120_000);
    expect(told).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });
});
