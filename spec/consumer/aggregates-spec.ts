import { expect } from 'chai';
import { filter, tap } from 'rxjs';
import { hashOfPartitionKey } from '../../src/aws/hashKey.ts';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { AggregateBuilder } from '../../src/codec/aggregate/AggregateBuilder.ts';
import type { AggregatedRecord } from '../../src/codec/aggregate/AggregatedRecord.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import type { FakeRecord } from '../../src/testing/FakeRecord.ts';
import { frame } from '../codec/aggregate/frame.ts';
import { checkpointOf, leaseOf, type Pipe, shard, textOf, workbench } from './workbench.ts';

const user = (data: string, partitionKey = `key of ${data}`, explicitHashKey?: string): AggregatedRecord => ({
  partitionKey,
  explicitHashKey,
  data: Buffer.from(data),
});

const hashOf = ({ partitionKey, explicitHashKey }: AggregatedRecord) =>
  explicitHashKey ?? BigInt(`0x${hashOfPartitionKey(partitionKey)}`).toString();

/** An aggregate as a writer puts it that takes all of it to be of one shard. */
function aggregate(...records: readonly (AggregatedRecord | string)[]): FakeRecord {
  const users = records.map((each) => (typeof each === 'string' ? user(each) : each));
  const builder = new AggregateBuilder();
  for (const each of users) builder.add(each);
  return { partitionKey: 'a', data: builder.encode(), explicitHashKey: hashOf(users[0]!) };
}

/** Its message is a partition key. */
const empty: FakeRecord = { partitionKey: 'a', data: frame(Buffer.from('0a016b', 'hex')) };

const bare = (data: string): FakeRecord => ({ partitionKey: 'key', data });
const numbered = (count: number, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Two keys of each half of the hash range. */
const lower = ['k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9'].filter((key) => hashOfPartitionKey(key) < '8').slice(0, 2);
const upper = ['k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9'].filter((key) => hashOfPartitionKey(key) >= '8').slice(0, 2);

/** Keeps what is delivered, and settles what is wanted. */
function keeping(into: KinesisRecord[], isSettled: (text: string) => boolean = () => true): Pipe {
  return (source) =>
    source.pipe(
      tap((record) => into.push(record)),
      filter((record) => isSettled(textOf(record))),
      checkpoint({ intervalMs: 100 }),
    );
}

describe('fromKinesis, aggregates', () => {
  it('should deliver an aggregate that stays whole once, however often reading begins', () => {
    const { clock, fake, read, store } = workbench();
    const [put] = fake.put('orders', aggregate('one', 'two', 'three'));
    const counts = [1, 2, 3].map(() => {
      const { subscription, delivered } = read({ unpackAggregates: false });
      clock.pass(6_000);
      subscription.unsubscribe();
      clock.pass(1_000);
      return delivered.length;
    });
    expect(counts).to.deep.equal([1, 0, 0]);
    expect(checkpointOf(store, shard(0))).to.equal(put!.sequenceNumber);
  });

  it('should deliver each user record with its own keys, its place, and what it shares with the others', () => {
    const { clock, fake, read } = workbench();
    const records: KinesisRecord[] = [];
    const [first, second] = fake.put('orders', [
      bare('before'),
      aggregate(user('one', 'k1'), user('two', '2', '7'), user('three', 'k1')),
    ]);
    fake.put('orders', bare('after'));
    read({ pipe: keeping(records) });
    clock.pass(5_000);

    expect(records.map(textOf)).to.deep.equal(['before', 'one', 'two', 'three', 'after']);
    expect(records.map(({ subSequenceNumber }) => subSequenceNumber)).to.deep.equal([0, 0, 1, 2, 0]);
    expect(records.map(({ partitionKey }) => partitionKey)).to.deep.equal(['key', 'k1', '2', 'k1', 'key']);
    expect(records.map(({ explicitHashKey }) => explicitHashKey)).to.deep.equal([
      undefined,
      undefined,
      '7',
      undefined,
      undefined,
    ]);
    const { sequenceNumber } = second!;
    expect(records.map((record) => record.sequenceNumber).slice(0, 4)).to.deep.equal([
      first!.sequenceNumber,
      sequenceNumber,
      sequenceNumber,
      sequenceNumber,
    ]);
    expect(new Set(records.slice(1, 4).map((record) => record.approximateArrivalTimestamp?.getTime())).size).to.equal(
      1,
    );
  });

  it('should deliver the bytes of the whole where that is asked for', () => {
    const { clock, fake, read } = workbench();
    const records: KinesisRecord[] = [];
    const whole = aggregate('one', 'two');
    fake.put('orders', whole);
    const reader = read({ unpackAggregates: false, pipe: keeping(records) });
    clock.pass(5_000);

    expect(records.map(({ data }) => Buffer.from(data))).to.deep.equal([Buffer.from(whole.data)]);
    expect(records[0]).to.deep.include({ partitionKey: 'a', explicitHashKey: undefined, subSequenceNumber: 1 });
    expect(reader.diagnostics.map(({ type }) => type)).not.to.include('unpackFailed');
  });

  it('should deliver what only looks like an aggregate as it is, and say so', () => {
    const { clock, fake, read } = workbench();
    const damaged = Uint8Array.from(aggregate('one', 'two').data as Uint8Array);
    damaged[10]! ^= 1;
    const data = [damaged, Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2), Uint8Array.of(0xf3, 0x89, 0x9a), new Uint8Array(0)];
    const places = fake.put(
      'orders',
      data.map((each) => ({ ...bare(''), data: each })),
    );
    const records: KinesisRecord[] = [];
    const metrics = inMemoryCollector();
    const reader = read({ pipe: keeping(records), metrics });
    clock.pass(5_000);

    const { counters } = metrics.snapshot();
    expect(Object.entries(counters).filter(([name]) => name.startsWith('consumer_deaggregation'))).to.deep.equal([
      [`consumer_deaggregation_failures_total{shard_id=${shard(0)},stream_name=orders}`, 2],
    ]);
    expect(records.map((record) => [...record.data])).to.deep.equal(data.map((each) => [...each]));
    const failed = reader.diagnostics.filter((event) => event.type === 'unpackFailed');
    expect(failed.map(({ sequenceNumber }) => sequenceNumber)).to.deep.equal(
      places.slice(0, 2).map(({ sequenceNumber }) => sequenceNumber),
    );
  });

  it('should count Kinesis records as delivered, and user records beside them', () => {
    const { clock, fake, read } = workbench();
    const whole = aggregate('one', 'two', 'three');
    fake.put('orders', [bare('before'), whole]);
    const reader = read();
    clock.pass(5_000);
    const delivered = reader.diagnostics.filter((event) => event.type === 'delivered');
    expect(delivered.map(({ records, userRecords, bytes }) => ({ records, userRecords, bytes }))).to.deep.equal([
      { records: 2, userRecords: 4, bytes: 'before'.length + whole.data.length },
    ]);
  });

  it('should pass over aggregates without records', () => {
    const { clock, fake, read, store } = workbench();
    fake.put('orders', [empty, bare('one'), empty]);
    const reader = read();
    clock.pass(10_000);
    expect(reader.delivered).to.deep.equal(['one']);
    expect(checkpointOf(store, shard(0))).to.equal(fake.records('orders')[1]!.sequenceNumber);
    expect(reader.source.status()[0]!.inFlightRecords).to.equal(0);
  });

  describe('and checkpoints', () => {
    it('should begin again in the middle of an aggregate, behind what is settled', () => {
      const { clock, fake, read, store } = workbench();
      fake.put('orders', [bare('before'), aggregate('one', 'two', 'three', 'four'), bare('after')]);
      const [, { sequenceNumber } = { sequenceNumber: '' }] = fake.records('orders');
      const first = read({ pipe: keeping([], (text) => ['before', 'one', 'two'].includes(text)) });
      clock.pass(5_000);
      expect(leaseOf(store, shard(0))!.checkpoint).to.deep.equal({ sequenceNumber, subSequenceNumber: 1 });
      first.subscription.unsubscribe();
      clock.pass(5_000);

      const records: KinesisRecord[] = [];
      const second = read({ pipe: keeping(records) });
      clock.pass(5_000);
      expect(second.delivered).to.deep.equal(['three', 'four', 'after']);
      expect(records.map(({ subSequenceNumber }) => subSequenceNumber)).to.deep.equal([2, 3, 0]);
      expect(records.map(({ partitionKey }) => partitionKey)).to.deep.equal(['key of three', 'key of four', 'key']);
    });

    it('should not deliver an aggregate again of which the last record is settled', () => {
      const { clock, fake, read } = workbench();
      fake.put('orders', aggregate('one', 'two'));
      const first = read();
      clock.pass(10_000);
      first.subscription.unsubscribe();
      clock.pass(10_000);
      fake.put('orders', bare('after'));
      const second = read();
      clock.pass(10_000);
      expect([first.delivered, second.delivered]).to.deep.equal([['one', 'two'], ['after']]);
    });

    it('should hold the checkpoint back at what is not settled within an aggregate', () => {
      const { clock, fake, read, store } = workbench();
      const records: KinesisRecord[] = [];
      const [place] = fake.put('orders', aggregate('one', 'two', 'three', 'four'));
      const { sequenceNumber } = place!;
      read({ pipe: keeping(records, () => false) });
      clock.pass(1_000);
      const settle = (index: number) => {
        records[index]!.settle();
        clock.pass(1_000);
        return leaseOf(store, shard(0))!.checkpoint;
      };
      expect(settle(2)).to.equal('TRIM_HORIZON');
      expect(settle(0)).to.deep.equal({ sequenceNumber, subSequenceNumber: 0 });
      expect(settle(3)).to.deep.equal({ sequenceNumber, subSequenceNumber: 0 });
      expect(settle(1)).to.deep.equal({ sequenceNumber, subSequenceNumber: 3 });
    });

    it('should start behind a position within an aggregate', () => {
      const { clock, fake, read } = workbench();
      const [place] = fake.put('orders', [aggregate('one', 'two', 'three'), bare('after')]);
      const { sequenceNumber } = place!;
      const reader = read({ startAt: { [shard(0)]: { sequenceNumber, subSequenceNumber: 0 } } });
      clock.pass(5_000);
      expect(reader.delivered).to.deep.equal(['two', 'three', 'after']);
    });

    it('should deliver the whole again of which a part was done, where aggregates are no longer unpacked', () => {
      const { clock, fake, read } = workbench();
      const whole = aggregate('one', 'two', 'three');
      const [, place] = fake.put('orders', [bare('before'), whole, bare('after')]);
      const { sequenceNumber } = place!;
      for (const [subSequenceNumber, expected] of [
        [1, [Buffer.from(whole.data).toString(), 'after']],
        [2, ['after']],
      ] as const) {
        const startAt = { [shard(0)]: { sequenceNumber, subSequenceNumber } };
        const reader = read({ checkpoints: undefined, pipe: (source) => source, startAt, unpackAggregates: false });
        clock.pass(5_000);
        expect(reader.delivered).to.deep.equal(expected);
      }
    });
  });

  describe('and flow control', () => {
    it('should count user records as in flight, and learn how many an aggregate brings', () => {
      const { clock, fake, read } = workbench();
      for (let index = 0; index < 60; index += 1) fake.put('orders', aggregate(...numbered(10, `${index}-`)));
      const records: KinesisRecord[] = [];
      const reader = read({ maxInFlightRecords: 50, maxRecordsPerCall: 5, pipe: keeping(records, () => false) });
      let most = 0;
      for (let settled = 0; settled < 600; settled += 1) {
        clock.pass(500);
        const { inFlightRecords } = reader.source.status()[0]!;
        expect(inFlightRecords).to.equal(records.length - settled);
        most = Math.max(most, inFlightRecords);
        records[settled]!.settle();
      }
      clock.pass(500);
      expect(records).to.have.lengthOf(600);
      expect(reader.source.status()[0]!.inFlightRecords).to.equal(0);
      expect(most).to.equal(50);
    });

    it('should pass an aggregate with more user records than there is room for, and then wait', () => {
      const { clock, fake, read } = workbench();
      fake.put('orders', [aggregate(...numbered(100)), aggregate(...numbered(100, 'next '))]);
      const records: KinesisRecord[] = [];
      read({ maxInFlightRecords: 10, maxRecordsPerCall: 1, pipe: keeping(records, () => false) });
      clock.pass(20_000);
      expect(records.map(textOf)).to.deep.equal(numbered(100));
      for (const record of records.slice(0, 99)) record.settle();
      clock.pass(20_000);
      expect(records.length).to.be.oneOf([100, 200]);
      records[99]!.settle();
      clock.pass(20_000);
      expect(records).to.have.lengthOf(200);
    });

    it('should not let one shard starve the others whose aggregates are large', () => {
      const { clock, fake, read } = workbench({ streams: { orders: { shards: 4 } } });
      const ranges = fake.shards('orders').map(({ HashKeyRange }) => HashKeyRange!.StartingHashKey!);
      for (const [index, explicitHashKey] of ranges.entries()) {
        for (let part = 0; part < 20; part += 1) {
          fake.put('orders', { ...aggregate(...numbered(50, index === 0 ? 'slow ' : '')), explicitHashKey });
        }
      }
      const reader = read({
        maxInFlightRecords: 100,
        pipe: keeping([], (text) => !text.startsWith('slow')),
      });
      clock.pass(300_000);
      expect(reader.delivered.filter((text) => !text.startsWith('slow'))).to.have.lengthOf(3_000);
    });

    it('should give back the room of what was read and not delivered', () => {
      const { clock, fake, read, store } = workbench();
      fake.put('orders', [aggregate('one', 'two', 'three'), bare('after')]);
      const stop = new AbortController();
      const reader = read({
        until: stop.signal,
        pipe: (source) =>
          source.pipe(
            tap((record) => {
              if (textOf(record) === 'two') stop.abort();
            }),
            checkpoint(),
          ),
      });
      clock.pass(60_000);
      expect(reader.delivered).to.deep.equal(['one', 'two']);
      expect(reader.isComplete).to.equal(true);
      const { sequenceNumber } = fake.records('orders')[0]!;
      expect(leaseOf(store, shard(0))!.checkpoint).to.deep.equal({ sequenceNumber, subSequenceNumber: 1 });
      const next = read();
      clock.pass(5_000);
      expect(next.delivered).to.deep.equal(['three', 'after']);
    });
  });

  describe('and reshards', () => {
    it('should read them in parents and children', () => {
      const { clock, fake, read } = workbench();
      const reader = read();
      clock.pass(2_000);
      fake.put('orders', aggregate(user('1', lower[0]), user('2', upper[0])));
      fake.split('orders', shard(0));
      fake.put('orders', [
        aggregate(user('3', lower[0]), user('4', lower[1])),
        aggregate(user('5', upper[0]), user('6', upper[1])),
      ]);
      clock.pass(60_000);
      expect([...reader.delivered].sort()).to.deep.equal(['1', '2', '3', '4', '5', '6']);
    });

    /** A split that the writer did not know of: all arrives where the first of it belongs. */
    function mispredicted(changes: Partial<FakeRecord>, ...records: AggregatedRecord[]) {
      const bench = workbench();
      bench.fake.split('orders', shard(0));
      bench.fake.put('orders', { ...aggregate(...records), ...changes });
      const kept: KinesisRecord[] = [];
      const reader = bench.read({ pipe: keeping(kept) });
      bench.clock.pass(60_000);
      return { reader, kept, ...bench };
    }

    it('should drop what belongs to another shard, as its writer puts it there again, and keep the rest', () => {
      const strays = [
        user('1', lower[0]),
        user('2', upper[0]),
        user('3', lower[1]),
        user('4', 'x', String(2n ** 127n)),
      ];
      const { kept, reader, fake, store } = mispredicted({}, ...strays, user('5', 'x', '0'));
      expect(kept.map(textOf)).to.deep.equal(['1', '3', '5']);
      expect(kept.map(({ subSequenceNumber }) => subSequenceNumber)).to.deep.equal([0, 2, 4]);
      const { sequenceNumber } = fake.records('orders', shard(1))[0]!;
      const dropped = reader.diagnostics.filter(({ type }) => type === 'astrayDropped');
      const streamName = 'orders';
      expect(dropped).to.deep.equal([
        { type: 'astrayDropped', streamName, shardId: shard(1), sequenceNumber, userRecords: 2 },
      ]);
      expect(leaseOf(store, shard(1))!.checkpoint).to.deep.equal({ sequenceNumber, subSequenceNumber: 4 });
    });

    it('should keep what a writer put together that predicts nothing: nobody would write it again', () => {
      const records = [user('1', lower[0]), user('2', upper[0])];
      expect(mispredicted({ partitionKey: lower[0]! }, ...records).kept.map(textOf)).to.deep.equal(['1', '2']);
      const first = user('1', 'a');
      expect(mispredicted({}, first, ...records).kept.map(textOf)).to.deep.equal(['1', '1', '2']);
    });

    it('should keep what has a hash key that is none', () => {
      for (const hashKey of ['-1', 'x', '', String(2n ** 128n), '9'.repeat(100_000)]) {
        const { kept } = mispredicted({}, user('1', lower[0]), user('2', lower[0], hashKey));
        expect(kept.map(textOf)).to.deep.equal(['1', '2']);
      }
    });

    it('should keep all in a shard without parents, where nothing can go astray', () => {
      const { clock, fake, read } = workbench({ streams: { orders: { shards: 2 } } });
      fake.put('orders', aggregate(user('1', lower[0]), user('2', upper[0])));
      const reader = read();
      clock.pass(5_000);
      expect(reader.delivered).to.deep.equal(['1', '2']);
    });
  });
});
