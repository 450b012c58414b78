import { expect } from 'chai';
import fc from 'fast-check';
import { BufferFullError } from '../../src/errors/BufferFullError.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import type { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { startWriter } from './startWriter.ts';

/** A writer whose keys are short. */
function start(options: ToKinesisOptions<string>, service: Parameters<typeof startWriter>[1] = {}) {
  const writer = startWriter({ partitionKey: (value) => value.slice(0, 8), ...options }, { latencyMs: 5, ...service });
  const told = () => writer.results.map(({ value, error }) => (error ? `${value}!` : value)).join('');
  return { ...writer, told };
}

/** The most that came within any second: records, and bytes as the service counts them. */
function busiestSecond(fake: FakeKinesis) {
  const stored = fake
    .records('orders')
    .map(({ approximateArrivalTimestamp, data, partitionKey }) => ({
      ms: approximateArrivalTimestamp.getTime(),
      bytes: data.byteLength + Buffer.byteLength(partitionKey),
    }))
    .sort((a, b) => a.ms - b.ms);
  const most = { records: 0, bytes: 0 };
  let [first, bytes] = [0, 0];
  stored.forEach((each, index) => {
    bytes += each.bytes;
    for (; stored[first]!.ms <= each.ms - 1_000; first += 1) bytes -= stored[first]!.bytes;
    most.records = Math.max(most.records, index - first + 1);
    most.bytes = Math.max(most.bytes, bytes);
  });
  return most;
}

const many = (count: number, length = 12) => Array.from({ length: count }, (_, n) => `v${n}-`.padEnd(length, '.'));

describe('toKinesis and its bounds (pitfall 40)', () => {
  describe(`with onBufferFull: 'drop'`, () => {
    const drop = { onBufferFull: 'drop', lingerMs: 1_000 } as const;

    it('should count and report each input that is dropped, and write the others', () => {
      const { clock, fake, events, seen, put, told, source } = start({ ...drop, maxBufferedRecords: 2 });
      put('a', 'b', 'c', 'd');
      clock.pass(1_100);
      expect(told()).to.equal('ab');
      put('e', 'f', 'g');
      source.complete();
      clock.pass(100);
      expect([told(), seen.isComplete, seen.error]).to.deep.equal(['abef', true, undefined]);
      expect(fake.countRecords('orders')).to.equal(4);
      const failed = events.flatMap((event) => (event.type === 'putFailed' ? [event] : []));
      expect(
        failed.map(({ error, attempts }) => [error instanceof BufferFullError && error.value, attempts]),
      ).to.deep.equal([
        ['c', 0],
        ['d', 0],
        ['g', 0],
      ]);
      for (const { error } of failed) {
        expect(error)
          .to.be.instanceOf(BufferFullError)
          .and.include({ option: 'maxBufferedRecords', bufferedRecords: 2 });
      }
    });

    it(`should emit the failed result of each with onFailure: 'emit', at once whatever resultOrder is`, () => {
      const { clock, put, told } = start({ ...drop, maxBufferedRecords: 2, onFailure: 'emit', resultOrder: 'input' });
      put('a', 'b', 'c', 'd');
      expect(told()).to.equal('c!d!');
      clock.pass(1_100);
      expect(told()).to.equal('c!d!ab');
    });

    it('should drop what has too many bytes for the buffer now, and take what has fewer', () => {
      const { clock, events, put, told } = start({ ...drop, maxBufferedBytes: 100, partitionKey: () => 'k' });
      put('a'.repeat(60), 'b'.repeat(60), 'c');
      clock.pass(1_100);
      expect(told()).to.equal(`${'a'.repeat(60)}c`);
      expect(events.filter(({ type }) => type === 'putFailed')).to.have.lengthOf(1);
    });
  });

  it('should never hold more than it may, and tell each fate once, whatever fails', () => {
    const trouble = fc.record({
      maxBufferedRecords: fc.integer({ min: 1, max: 40 }),
      maxBufferedBytes: fc.integer({ min: 50, max: 800 }),
      aggregate: fc.boolean(),
      order: fc.constantFrom('none', 'partitionKey'),
      resultOrder: fc.constantFrom('completion', 'input'),
      maxInFlightRequests: fc.integer({ min: 1, max: 4 }),
      refused: fc.double({ min: 0, max: 0.9, noNaN: true }),
      failed: fc.double({ min: 0, max: 0.5, noNaN: true }),
      seed: fc.nat(1_000),
      puts: fc.array(fc.record({ count: fc.integer({ min: 0, max: 15 }), ms: fc.integer({ min: 0, max: 200 }) }), {
        maxLength: 20,
      }),
    });
    fc.assert(
      fc.property(trouble, ({ refused, failed, seed, puts, ...options }) => {
        const { clock, fake, source, events, results, seen, put } = start(
          {
            ...(options as ToKinesisOptions<string>),
            onBufferFull: 'drop',
            onFailure: 'emit',
            lingerMs: 20,
            ttlMs: 3_000,
            backoff: { initialMs: 10, maxMs: 200 },
          },
          { shards: 3, seed },
        );
        fake.failEntries({ probability: refused });
        fake.fail({ operation: 'PutRecords', probability: failed });
        let next = 0;
        for (const { count, ms } of puts) {
          for (let n = 0; n < count; n += 1) put(`${next++} `.padEnd(5 + (next % 20), '.'));
          clock.pass(ms);
        }
        source.complete();
        clock.pass(5_000);
        expect(seen).to.deep.equal({ isComplete: true, error: undefined });
        expect(clock.pending).to.equal(0);
        const ids = results.map(({ value }) => parseInt(value, 10));
        expect(ids.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: next }, (_, n) => n));
        if (options.resultOrder === 'input') {
          const taken = results.filter(({ error }) => !(error instanceof BufferFullError));
          const takenIds = taken.map(({ value }) => parseInt(value, 10));
          expect(takenIds).to.deep.equal(takenIds.toSorted((a, b) => a - b));
        }
        const queued = events.flatMap((event) => (event.type === 'queued' ? [event] : []));
        for (const { records, bytes } of queued) {
          expect(records).to.be.at.most(options.maxBufferedRecords);
          expect(bytes).to.be.at.most(options.maxBufferedBytes);
        }
        if (next > 0) expect(queued.at(-1)).to.include({ records: 0, bytes: 0 });
      }),
      { numRuns: 150 },
    );
  });
});

describe('toKinesis and the limits of one shard (pitfall 36)', () => {
  const whole = { limits: false } as const;

  it('should send 1,000 records in any second, and 2 % more at most', () => {
    const { clock, fake, put } = start({}, whole);
    put(...many(6_000));
    clock.pass(8_000);
    expect(fake.countRecords('orders')).to.equal(6_000);
    expect(busiestSecond(fake).records).to.be.within(980, 1_020);
  });

  it('should send 1 MiB in any second, and 2 % more at most', () => {
    const { clock, fake, put } = start({}, whole);
    put(...many(2_000, 4_000));
    clock.pass(10_000);
    expect(fake.countRecords('orders')).to.equal(2_000);
    expect(busiestSecond(fake).bytes).to.be.within(0.98 * 2 ** 20, 1.02 * 2 ** 20);
  });

  it('should send 1,000 aggregates in any second where they are small, and 2 % more at most', () => {
    const { clock, fake, put } = start({ aggregate: { maxBytes: 1_024 } }, whole);
    put(...many(40_000, 100));
    clock.pass(8_000);
    expect(busiestSecond(fake).records).to.be.within(980, 1_020);
    expect(busiestSecond(fake).bytes).to.be.below(2 ** 20);
  });

  it('should send 1 MiB in any second with aggregates, and no more above it than 2 % and one aggregate', () => {
    const { clock, fake, put } = start({ aggregate: true }, whole);
    put(...many(40_000, 100));
    clock.pass(10_000);
    expect(busiestSecond(fake).bytes).to.be.within(0.95 * 2 ** 20, 1.02 * 2 ** 20 + 51_200);
  });
});

describe('toKinesis and one shard of eight that is throttled (pitfall 35)', () => {
  for (const options of [{}, { order: 'partitionKey' }, { aggregate: true }] as ToKinesisOptions<string>[]) {
    it(`should write to the seven others as if nothing was: ${JSON.stringify(options)}`, () => {
      const { clock, fake, put, results } = start(options, { shards: 8 });
      const hot = 'shardId-000000000003';
      fake.throttle({ stream: 'orders', shard: hot, what: 'writes', forMs: 10_000 });
      put(...many(4_000));
      clock.pass(2_000);
      const open = fake.shards('orders').map(({ ShardId }) => ShardId!);
      const before = results.length;
      expect(fake.countRecords('orders', hot)).to.equal(0);
      for (const shard of open) if (shard !== hot) expect(fake.countRecords('orders', shard)).to.be.above(0);
      expect(before).to.be.within(3_300, 3_700);
      clock.pass(20_000);
      expect(results).to.have.lengthOf(4_000);
      expect(results.slice(0, before).every((each) => !each.error && each.shardId !== hot)).to.equal(true);
    });
  }
});
