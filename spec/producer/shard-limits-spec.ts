import { expect } from 'chai';
import { text } from '../../src/codec/text.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { startWriter, valuesFrom } from './startWriter.ts';

const SHARDS = 8;

/** Writes so many records to eight shards that have the limits of the service. */
function write(count: number, options: Partial<ToKinesisOptions<string>> = {}) {
  const { clock, source, put, results, resultsMs, events, seen, fake } = startWriter(
    { maxBufferedRecords: count, ...options },
    { shards: SHARDS, latencyMs: 5 },
  );
  put(...valuesFrom(0, count));
  source.complete();
  clock.pass(30_000);
  const throttled = events.flatMap((event) => (event.type === 'refused' && event.isThrottle ? [event.records] : []));
  const doneMs = results.map(({ value }, at) => [value, resultsMs[at] ?? NaN] as const);
  return { doneMs, completeMs: seen.isComplete ? Math.max(...resultsMs) : NaN, throttled, fake };
}

describe('toKinesis and the limits of shards (pitfall 35)', () => {
  it('should write to eight shards eight times as fast as to one, without a throttle', () => {
    const { completeMs, throttled, fake } = write(16_000);
    expect(fake.countRecords('orders')).to.equal(16_000);
    // Two seconds for each shard, and some more for those that keys favour.
    expect(completeMs).to.be.within(1_900, 2_500);
    expect(throttled).to.deep.equal([]);
  });

  it('should let a hot shard wait, and no other', () => {
    const hot = (value: string) => Number(value.slice(6)) % 2 === 0;
    const { doneMs, completeMs } = write(12_000, {
      explicitHashKey: (value) => (hot(value) ? '0' : undefined),
    });
    // An eighth of the others goes to the hot shard, too.
    const ofOthers = doneMs.filter(([value]) => !hot(value)).map(([, ms]) => ms);
    expect(completeMs).to.be.above(5_500);
    expect(Math.max(...ofOthers.sort((a, b) => a - b).slice(0, 5_000))).to.be.below(2_500);
  });

  it('should grow with the stream', () => {
    const { clock, fake, put } = startWriter({}, { latencyMs: 5 });
    put(...valuesFrom(0, 6_000));
    clock.pass(2_000);
    const before = fake.countRecords('orders');
    expect(before).to.be.within(1_900, 2_100);
    fake.split('orders', 'shardId-000000000000');
    clock.pass(2_500);
    expect(fake.countRecords('orders') - before).to.be.above(3_300);
  });

  it('should keep below a mebibyte a second with aggregates, without a throttle', () => {
    const { completeMs, throttled, fake } = write(40_000, {
      aggregate: true,
      explicitHashKey: () => '0',
      codec: { ...text(), encode: (value) => Buffer.from(value.padEnd(90, '.')) },
    });
    const bytes = fake.records('orders').reduce((sum, { data }) => sum + data.byteLength + 1, 0);
    expect(bytes / (completeMs / 1_000)).to.be.within(0.9 * 2 ** 20, 1.02 * 2 ** 20);
    expect(throttled).to.deep.equal([]);
  });
});
