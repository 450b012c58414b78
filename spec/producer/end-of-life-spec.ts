import { expect } from 'chai';
import { NEVER } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { text } from '../../src/codec/text.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { startWriter, valuesFrom } from './startWriter.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const deaf: KinesisClientLike = { send: () => NEVER };
const COUNT = 50;
const values = valuesFrom(0, COUNT);

describe('the end of records to which nobody answers', () => {
  for (const aggregate of [false, true]) {
    it(`should come to those behind one of their key, too, ${aggregate ? 'in aggregates' : 'one by one'}`, () => {
      const { clock, put, resultsMs } = startWriter({
        client: deaf,
        partitionKey: () => 'k',
        order: 'partitionKey',
        aggregate,
        onFailure: 'emit',
      });
      put(...values);
      clock.pass(45_000);
      expect(resultsMs).to.have.lengthOf(COUNT);
      expect(Math.max(...resultsMs)).to.be.at.most(40_000);
    });
  }

  it('should come to those whose aggregate went astray, though the oldest was written meanwhile', () => {
    const { clock, fake, put, ends } = startWriter({
      aggregate: true,
      ttlMs: 2_000,
      requestTimeoutMs: 60_000,
      maxInFlightRequests: 1,
      onFailure: 'emit',
    });
    clock.pass(2_500);
    put('oldest');
    clock.pass(1_500);
    expect(ends()).to.deep.equal(['oldest written at 2600']);
    fake.split('orders', 'shardId-000000000000');
    const strays = Array.from({ length: 8 }, (_, n) => `A${n}`);
    put(...strays);
    fake.delay({ operation: 'ListShards', ms: 1_700 });
    clock.pass(150);
    fake.hang({ operation: 'PutRecords' });
    put('B');
    clock.pass(1_849);
    expect(ends()).to.have.lengthOf(1);
    clock.pass(1);
    expect(ends().slice(1)).to.have.members(strays.map((value) => `${value} failed at 6000`));
  });

  it('should come to those that were called up with one whose life is over', () => {
    const { clock, fake, put, ends } = startWriter({
      partitionKey: ([key = '']) => key,
      order: 'partitionKey',
      aggregate: true,
      lingerMs: 0,
      ttlMs: 2_000,
      requestTimeoutMs: 3_000,
      shardBytesPerSecond: 1_024,
      onFailure: 'emit',
    });
    // After this the shard has had its share for long.
    const large = 'x'.repeat(5_000);
    fake.hang({ operation: 'PutRecords', times: 1 });
    put('k1');
    clock.pass(500);
    put('k2');
    clock.pass(1_000);
    put('k3');
    clock.pass(1_300);
    put(large);
    clock.pass(10_000);
    expect(ends()).to.deep.equal([
      `${large} written at 2800`,
      'k1 failed at 3000',
      'k2 failed at 3000',
      'k3 failed at 3500',
    ]);
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
