import { expect } from 'chai';
import { from, map, mergeMap, NEVER, range, take, timer } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { text } from '../../src/codec/text.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
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

  it('should be waited for when the stream has been created', () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock, latencyMs: 20, statusMs: 3_000 });
    const events: string[] = [];
    let results = 0;
    timer(0, 10, clock)
      .pipe(
        take(600),
        mergeMap((n) => range(10 * n, 10)),
        map((n) => `value-${n}`),
        toKinesis('orders', {
          client: fake,
          scheduler: clock,
          codec: text(),
          aggregate: true,
          createStream: { shards: 1 },
          onDiagnostic: ({ type }) => {
            if (['mapped', 'mapFailed', 'refused'].includes(type)) events.push(type);
          },
        }),
      )
      .subscribe(() => (results += 1));
    clock.pass(2_900);
    expect(fake.calls.count('ListShards')).to.equal(0);
    clock.pass(4_000);
    expect(results).to.equal(6_000);
    // An aggregate for each time that a record waits for company.
    expect(fake.countRecords('orders')).to.be.below(50);
    expect(events).to.deep.equal(['mapped']);
  });

  it('should come with the first put, where nothing was put until the stream was there', () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock, latencyMs: 20, statusMs: 3_000 });
    const options = { client: fake, scheduler: clock, codec: text(), createStream: { shards: 1 } };
    timer(9_000, clock)
      .pipe(
        map((n) => `value-${n}`),
        toKinesis('orders', options),
      )
      .subscribe();
    clock.pass(8_990);
    expect(fake.calls.count('ListShards')).to.equal(0);
    clock.pass(200);
    expect(fake.calls.count('ListShards')).to.equal(1);
  });

  it('should be made again within a second or so, where no stream was found', () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock, latencyMs: 20 });
    const results: PutResult<string>[] = [];
    timer(0, 10, clock)
      .pipe(
        take(600),
        map((n) => `value-${n}`),
        toKinesis('orders', { client: fake, scheduler: clock, codec: text(), aggregate: true, onFailure: 'emit' }),
      )
      .subscribe((result) => results.push(result));
    clock.pass(2_500);
    expect(fake.calls.count('ListShards')).to.be.within(2, 3);
    fake.createStream('orders', { shards: 1 });
    clock.pass(1_200);
    const before = fake.countRecords('orders');
    clock.pass(2_000);
    expect(fake.countRecords('orders') - before).to.be.below(25);
    expect(results.at(-1)?.error).to.be.undefined;
  });
});
