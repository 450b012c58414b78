import { expect } from 'chai';
import { from, NEVER } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { text } from '../../src/codec/text.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Writes 3,000 records, at once, to a stream whose shards a client cannot list for a while, and tells what is in the stream at which time. */
function write(
  listing: (fake: FakeKinesis) => void,
  ttlMs = 30_000,
  wrap = (fake: FakeKinesis): KinesisClientLike => fake,
) {
  const clock = new VirtualClock();
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 1 } } });
  listing(fake);
  let results = 0;
  from(Array.from({ length: 3_000 }, (_, n) => `value-${n}`))
    .pipe(toKinesis('orders', { client: wrap(fake), scheduler: clock, codec: text(), aggregate: true, ttlMs }))
    .subscribe(() => (results += 1));
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.pass(10);
      await settle();
    }
    return { stored: fake.countRecords('orders'), results };
  };
  return pass;
}

describe('the first listing of shards', () => {
  it('should be waited for, so that no record goes without limits or alone', async () => {
    const pass = write((fake) => fake.delay({ operation: 'ListShards', ms: 500 }));
    expect(await pass(490)).to.deep.equal({ stored: 0, results: 0 });
    const { stored, results } = await pass(1_000);
    expect(results).to.equal(3_000);
    expect(stored).to.be.below(20);
  });

  it('should not be waited for once it has failed', async () => {
    const pass = write((fake) => fake.fail({ operation: 'ListShards', error: 'AccessDeniedException' }));
    expect((await pass(100)).stored).to.be.above(500);
  });

  it('should be waited for a second, and half of the life of a record, at most', async () => {
    const deaf = (fake: FakeKinesis): KinesisClientLike => ({
      send: (command, options) =>
        command.constructor.name === 'ListShardsCommand' ? NEVER : fake.send(command, options),
    });
    const [patient, hasty] = [write(() => undefined, 30_000, deaf), write(() => undefined, 600, deaf)];
    expect((await hasty(290)).stored).to.equal(0);
    expect((await hasty(50)).stored).to.be.above(500);
    expect((await patient(990)).stored).to.equal(0);
    expect((await patient(50)).stored).to.be.above(500);
  });
});
