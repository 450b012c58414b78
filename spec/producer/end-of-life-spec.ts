import { expect } from 'chai';
import { from, NEVER } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { text } from '../../src/codec/text.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
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
