import { expect } from 'chai';
import fc from 'fast-check';
import { decodeAggregate } from '../../src/codec/aggregate/decodeAggregate.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { entriesOf, type Parcel } from '../../src/producer/Parcel.ts';
import { FixedShards } from './FixedShards.ts';
import { startQueues } from './startQueues.ts';

const HALVES = { low: 0, high: 0.5 };
const letters = (parcel: Parcel<string>) =>
  entriesOf(parcel)
    .map(({ value }) => value)
    .join('');
const each = (parcels: readonly Parcel<string>[] | undefined) => parcels?.map(letters);

describe('ShardQueues, with aggregates', () => {
  describe('whatever the order', () => {
    const aggregate = { maxBytes: 1_024, maxRecords: 3 };

    it('should have as many records as they may, each of one shard (pitfall 43)', () => {
      const { queues, push } = startQueues({ aggregate });
      push('abcd', 0);
      push('xyz', 0.5);
      queues.flush();
      expect(each(queues.take())).to.deep.equal(['abc', 'd', 'xyz']);
    });

    it('should have as many bytes as they may, as Kinesis counts them', () => {
      const { queues, pushOne } = startQueues({ aggregate: { maxBytes: 1_024, maxRecords: 1_000 } });
      for (const value of 'abcdefgh') pushOne(value, 0, 0, 'key', value.repeat(300));
      queues.flush();
      const parcels = queues.take()!;
      expect(each(parcels)).to.deep.equal(['abc', 'def', 'gh']);
      for (const { bytes, data } of parcels)
        expect(bytes)
          .to.equal(data.length + 1)
          .and.to.be.at.most(1_024);
    });

    it('should not be made of one record, nor of one that is too large for any', () => {
      const { queues, push, pushOne } = startQueues({ aggregate });
      push('a', 0);
      pushOne('b', 0, 0, 'key', 'b'.repeat(2_000));
      push('c', 0);
      queues.flush();
      const parcels = queues.take()!;
      expect(each(parcels)).to.deep.equal(['a', 'b', 'c']);
      for (const parcel of parcels) expect(parcel).to.be.instanceOf(Entry);
    });

    it('should not be made where the shard is not known', () => {
      const { queues, push } = startQueues({ aggregate }, {});
      push('abc', 0);
      queues.flush();
      expect(each(queues.take())).to.deep.equal(['a', 'b', 'c']);
    });

    it('should linger half empty, though a batch goes that has room for them', () => {
      const { queues, push } = startQueues({ aggregate });
      push('a', 0);
      queues.flush();
      push('xy', 0.5);
      expect(each(queues.take())).to.deep.equal(['a']);
      expect(queues.take()).to.be.undefined;
      queues.flush();
      expect(each(queues.take())).to.deep.equal(['xy']);
    });

    it('should go with a batch that goes anyway once they are full', () => {
      const { queues, push, pushOne } = startQueues({ aggregate: { maxBytes: 1_024, maxRecords: 1_000 } });
      push('a', 0);
      queues.flush();
      for (const value of 'xyz') pushOne(value, 0.5, 0, 'key', value.repeat(400));
      expect(each(queues.take())).to.deep.equal(['a', 'xy', 'z']);
    });

    it('should not mix those of a request that was refused for one of them with others', () => {
      const { queues, push } = startQueues({ aggregate: { maxBytes: 1_024, maxRecords: 10 } });
      push('abcd', 0);
      queues.flush();
      const sent = entriesOf(queues.take()![0]!);
      push('xy', 0);
      queues.flush();
      for (const entry of sent) entry.company = entry.value < 'c' ? 1 : 2;
      queues.putBack(sent);
      expect([queues.take(), queues.take(), queues.take()].map(each)).to.deep.equal([['ab'], ['cd'], ['xy']]);
    });

    it('should keep every limit, and lose or double nothing, whatever is put (pitfall 43)', () => {
      const record = fc.record({
        part: fc.integer({ min: 0, max: 15 }).map((n) => n / 16),
        key: fc.string({ minLength: 1, maxLength: 5, unit: 'binary' }),
        size: fc.oneof(fc.nat(40), fc.nat(1_500)),
      });
      const options = fc.record({
        maxBatchRecords: fc.integer({ min: 1, max: 9 }),
        maxBatchBytes: fc.integer({ min: 1_000, max: 5_000 }),
        maxRecords: fc.integer({ min: 2, max: 8 }),
      });
      fc.assert(
        fc.property(fc.array(record, { maxLength: 60 }), options, (records, { maxRecords, ...batch }) => {
          const { queues, map } = startQueues(
            { aggregate: { maxBytes: 1_024, maxRecords }, ...batch },
            { one: 0, two: 0.25, three: 0.6 },
          );
          const put = records.map(({ part, key, size }, index) => {
            const data = Buffer.alloc(size, index);
            const bytes = size + Buffer.byteLength(key);
            return new Entry(`${index} `, data, key, FixedShards.key(part).toString(), bytes, index);
          });
          for (const each of put) queues.push(each);
          queues.flush();
          const taken: Entry<string>[] = [];
          for (let parcels = queues.take(); parcels; parcels = queues.take()) {
            expect(parcels.length).to.be.at.most(batch.maxBatchRecords);
            const bytes = parcels.reduce((sum, parcel) => sum + parcel.bytes, 0);
            if (parcels.length > 1) expect(bytes).to.be.at.most(batch.maxBatchBytes);
            for (const parcel of parcels) {
              const entries = entriesOf(parcel);
              taken.push(...entries);
              if (parcel instanceof Entry) continue;
              expect(parcel.bytes).to.be.at.most(1_024);
              expect(entries.length).to.be.within(2, maxRecords);
              expect(new Set(entries.map(({ hash }) => map.shardOf(hash)?.shardId))).to.have.lengthOf(1);
              const decoded = decodeAggregate(parcel.data)?.map(({ partitionKey, data }) => [
                partitionKey,
                Buffer.from(data).toString('hex'),
              ]);
              expect(decoded).to.deep.equal(
                entries.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString('hex')]),
              );
            }
          }
          expect(taken).to.have.members(put).and.have.lengthOf(put.length);
          for (const shardId of ['one', 'two', 'three']) {
            const times = taken.filter((each) => each.shardId === shardId).map(({ arrivedAt }) => arrivedAt);
            expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
          }
        }),
        { numRuns: 300 },
      );
    });
  });

  describe('order of keys, with aggregates (pitfall 39)', () => {
    const options = { order: 'partitionKey', aggregate: { maxBytes: 1_024, maxRecords: 3 } } as const;

    it('should let several records of a key go in one aggregate, and the next only after those', () => {
      const { queues, push } = startQueues(options);
      push('abcde', 0);
      queues.flush();
      const [first, ...others] = queues.take()!;
      expect([letters(first!), others]).to.deep.equal(['abc', []]);
      expect(queues.take()).to.be.undefined;
      const [a, b, c] = entriesOf(first!);
      queues.release(a!);
      queues.release(b!);
      expect(queues.take()).to.be.undefined;
      expect(queues.release(c!)?.value).to.equal('d');
      expect(each(queues.take())).to.deep.equal(['de']);
    });

    it('should not let keys wait that have nobody before them', () => {
      const { queues, push } = startQueues(options);
      push('abc', 0, 0, 'one');
      queues.flush();
      queues.take();
      push('d', 0, 0, 'one');
      push('xy', 0, 0, 'other');
      queues.flush();
      expect(each(queues.take())).to.deep.equal(['xy']);
    });

    it('should not let pass the bounds of a request who comes after one that has to wait', () => {
      const { queues, push, pushOne } = startQueues({ ...options, maxBatchBytes: 3_000 });
      push('a', 0, 0, 'busy');
      queues.flush();
      queues.take();
      pushOne('b', 0, 0, 'b', 'b'.repeat(2_000));
      push('w', 0, 0, 'busy');
      pushOne('c', 0, 0, 'c', 'c'.repeat(900_000));
      queues.flush();
      expect([queues.take(), queues.take()].map(each)).to.deep.equal([['b'], ['c']]);
    });

    it('should not let pass the limits of its shard who comes after one that has to wait', () => {
      const { clock, queues, push, pushOne } = startQueues({ ...options, shardBytesPerSecond: 100_000 });
      push('a', 0, 0, 'busy');
      queues.flush();
      queues.take();
      push('w', 0, 0, 'busy');
      pushOne('c', 0, 0, 'c', 'c'.repeat(5_000));
      queues.flush();
      expect(queues.take()).to.be.undefined;
      clock.pass(20);
      expect(each(queues.take())).to.deep.equal(['c']);
    });

    it('should send what comes back before what never went', () => {
      const { queues, push } = startQueues(options);
      push('abcde', 0);
      queues.flush();
      const taken = entriesOf(queues.take()![0]!);
      queues.putBack(taken);
      expect(each(queues.take())).to.deep.equal(['abc']);
      for (const each of taken) queues.release(each);
      expect(each(queues.take())).to.deep.equal(['de']);
    });

    it('should hold through a change of the map', () => {
      const { map, queues, push } = startQueues(options, {});
      push('abcd', 0);
      queues.flush();
      const [only] = queues.take()!;
      expect(letters(only!)).to.equal('a');
      map.set(HALVES);
      queues.sortAnew();
      expect(queues.take()).to.be.undefined;
      queues.release(entriesOf(only!)[0]!);
      expect(each(queues.take())).to.deep.equal(['bcd']);
    });
  });
});
