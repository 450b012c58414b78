import { expect } from 'chai';
import { timer } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import { type Pipe, type Records, shard, textOf, workbench } from './workbench.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('fromKinesis, flow control', () => {
  const handling =
    (msOf: (text: string) => number, { clock }: ReturnType<typeof workbench>): Pipe =>
    (source: Records) =>
      source.pipe(
        processRecords((record) => timer(msOf(textOf(record)), clock), {
          order: 'shard',
          concurrency: 100,
          scheduler: clock,
        }),
        checkpoint(),
      );

  it('should not let one slow shard starve the others, in records', () => {
    const bench = workbench({ streams: { orders: { shards: 3 } } });
    bench.put(shard(0), ...numbered(500).map(() => 'slow'));
    for (const id of [shard(1), shard(2)]) bench.put(id, ...numbered(200));
    const reader = bench.read({
      maxInFlightRecords: 60,
      pipe: handling((text) => (text === 'slow' ? 1e9 : 1), bench),
    });
    bench.clock.pass(120_000);

    const quick = reader.delivered.filter((text) => text !== 'slow');
    expect(quick).to.have.lengthOf(400);
    expect(reader.delivered.length - quick.length).to.be.within(10, 50);
  });

  it('should not let one slow shard starve the others, in bytes', () => {
    const bench = workbench({ streams: { orders: { shards: 2 } } });
    bench.put(shard(0), ...numbered(100).map(() => 'slow'.repeat(100)));
    bench.put(shard(1), ...numbered(100));
    const reader = bench.read({
      maxInFlightBytes: 20_000,
      pipe: handling((text) => (text.startsWith('slow') ? 1e9 : 1), bench),
    });
    bench.clock.pass(300_000);

    expect(reader.delivered.filter((text) => !text.startsWith('slow'))).to.have.lengthOf(100);
    expect(reader.delivered.length - 100).to.be.within(1, 50);
  });

  for (const [what, shards, slow, bytes, records, options] of [
    ['as many shards as there is room for records', 64, 1, 10, 100, { maxInFlightRecords: 100 }],
    ['just as much room as there are shards', 8, 1, 10, 20, { maxInFlightRecords: 8 }],
    ['large records, by default', 40, 4, 900_000, 60, {}],
  ] as const) {
    it(`should not let slow shards starve the others, with ${what}`, () => {
      const bench = workbench({ streams: { orders: { shards } } });
      const fill = (index: number, text: string, count: number) =>
        bench.put(shard(index), ...Array.from({ length: count }, () => text.padEnd(bytes)));
      for (let index = 0; index < slow; index += 1) fill(index, 'slow', records);
      const reader = bench.read({
        pollIntervalMs: 5_000,
        leaseScanIntervalMs: 60_000,
        ...options,
        pipe: handling((text) => (text.startsWith('slow') ? 1e9 : 1), bench),
      });
      bench.clock.pass(60_000);
      for (let index = slow; index < shards; index += 1) fill(index, 'quick', 2);
      bench.clock.pass(300_000);
      const quick = reader.delivered.filter((text) => text.startsWith('quick'));
      expect(quick).to.have.lengthOf(2 * (shards - slow));
    });
  }

  it('should say when it holds reading back and when it goes on', () => {
    const bench = workbench();
    bench.put(shard(0), ...numbered(20));
    const reader = bench.read({ maxInFlightRecords: 10, pipe: handling(() => 1_000, bench) });
    bench.clock.pass(1_500);
    expect(reader.source.status()[0]!.shards[0]!.pausedFor).to.equal('inFlight');
    bench.clock.pass(60_000);
    const types = reader.diagnostics.map(({ type }) => type).filter((type) => type === 'paused' || type === 'resumed');

    expect(reader.delivered).to.have.lengthOf(20);
    expect(types.slice(0, 2)).to.deep.equal(['paused', 'resumed']);
  });

  it('should go on where it was when the iterator grew too old while there was no room', () => {
    const bench = workbench();
    bench.put(shard(0), ...numbered(30));
    const reader = bench.read({
      maxInFlightRecords: 10,
      stallTimeoutMs: Infinity,
      pipe: handling((text) => (text === '0' ? 3_600_000 : 1), bench),
    });
    bench.clock.pass(3_500_000);
    expect(reader.delivered.length).to.be.at.most(10);
    bench.clock.pass(200_000);

    expect(reader.delivered).to.deep.equal(numbered(30));
    expect(reader.diagnostics.filter(({ type }) => type === 'readFailed')).to.deep.equal([]);
    expect(reader.diagnostics.filter(({ type }) => type === 'iterator').length).to.be.at.most(3);
  });

  it('should push as fast as it reads without a store', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), ...numbered(300));
    const reader = read({
      checkpoints: undefined,
      startAt: 'TRIM_HORIZON',
      maxInFlightRecords: 10,
      pipe: (source) => source,
    });
    clock.pass(900);

    expect(reader.delivered).to.deep.equal(numbered(300));
    expect(fake.calls.count('GetRecords')).to.equal(1);
    expect(reader.source.status()[0]!.inFlightRecords).to.equal(0);
  });
});
