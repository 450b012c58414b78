import { expect } from 'chai';
import { from, NEVER, Subject } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { text } from '../../src/codec/text.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const deaf: KinesisClientLike = { send: () => NEVER };
const COUNT = 50;
const values = Array.from({ length: COUNT }, (_, n) => `value-${n}`);

describe('the end of records to which nobody answers', () => {
  for (const aggregate of [false, true]) {
    it(`should come to those behind one of their key, too, ${aggregate ? 'in aggregates' : 'one by one'}`, () => {
      const clock = new VirtualClock();
      const startMs = clock.now();
      const endsMs: number[] = [];
      from(values)
        .pipe(
          toKinesis('orders', {
            client: deaf,
            scheduler: clock,
            codec: text(),
            partitionKey: () => 'k',
            order: 'partitionKey',
            aggregate,
            onFailure: 'emit',
          }),
        )
        .subscribe(() => endsMs.push(clock.now() - startMs));
      clock.pass(45_000);
      expect(endsMs).to.have.lengthOf(COUNT);
      expect(Math.max(...endsMs)).to.be.at.most(40_000);
    });
  }

  it('should come to those whose aggregate went astray, though the oldest was written meanwhile', () => {
    const clock = new VirtualClock(0);
    const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 1 } } });
    const source = new Subject<string>();
    const ends: string[] = [];
    source
      .pipe(
        toKinesis('orders', {
          client: fake,
          scheduler: clock,
          codec: text(),
          partitionKey: (value) => value,
          aggregate: true,
          ttlMs: 2_000,
          requestTimeoutMs: 60_000,
          maxInFlightRequests: 1,
          onFailure: 'emit',
        }),
      )
      .subscribe(({ value, error }) => ends.push(`${value} ${error ? 'failed' : 'written'} at ${clock.now()}`));
    clock.pass(2_500);
    source.next('oldest');
    clock.pass(1_500);
    expect(ends).to.deep.equal(['oldest written at 2600']);
    fake.split('orders', 'shardId-000000000000');
    for (let n = 0; n < 8; n += 1) source.next(`A${n}`);
    fake.delay({ operation: 'ListShards', ms: 1_700 });
    clock.pass(150);
    fake.hang({ operation: 'PutRecords' });
    source.next('B');
    clock.pass(1_849);
    expect(ends).to.have.lengthOf(1);
    clock.pass(1);
    expect(ends.slice(1)).to.have.members(Array.from({ length: 8 }, (_, n) => `A${n} failed at 6000`));
  });

  it('should come to those that were called up with one whose life is over', () => {
    const clock = new VirtualClock(0);
    const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 1 } } });
    const source = new Subject<string>();
    const ends: string[] = [];
    source
      .pipe(
        toKinesis('orders', {
          client: fake,
          scheduler: clock,
          codec: text(),
          partitionKey: ([key = '']) => key,
          order: 'partitionKey',
          aggregate: true,
          lingerMs: 0,
          ttlMs: 2_000,
          requestTimeoutMs: 3_000,
          shardBytesPerSecond: 1_024,
          onFailure: 'emit',
        }),
      )
      .subscribe(({ value: [key, n], error }) =>
        ends.push(`${key}${n} ${error ? 'failed' : 'written'} at ${clock.now()}`),
      );
    fake.hang({ operation: 'PutRecords', times: 1 });
    source.next('k1');
    clock.pass(500);
    source.next('k2');
    clock.pass(1_000);
    source.next('k3');
    clock.pass(1_300);
    // After this the shard has had its share for long.
    source.next(`x1${'x'.repeat(5_000)}`);
    clock.pass(10_000);
    expect(ends).to.deep.equal(['x1 written at 2800', 'k1 failed at 3000', 'k2 failed at 3000', 'k3 failed at 3500']);
  });

  it('should come to those that wait for room, unsent', async () => {
    const clock = new VirtualClock();
    const producer = new KinesisProducer<string>('orders', {
      client: deaf,
      scheduler: clock,
      codec: text(),
      maxBufferedRecords: 5,
    });
    const attempts: number[] = [];
    for (const value of values) {
      producer.put(value).catch((error: unknown) => attempts.push((error as { attempts: number }).attempts));
    }
    for (let passed = 0; passed < 45_000; passed += 500) {
      clock.pass(500);
      await settle();
    }
    expect(attempts).to.have.lengthOf(COUNT);
    expect(attempts.filter((count) => count === 0)).to.have.lengthOf(COUNT - 5);
  });
});
