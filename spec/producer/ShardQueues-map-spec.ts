import { expect } from 'chai';
import { entriesOf, type Parcel } from '../../src/producer/Parcel.ts';
import { startQueues } from './startQueues.ts';

const HALVES = { low: 0, high: 0.5 };
const names = (parcels: readonly Parcel<string>[] | undefined) =>
  parcels
    ?.flatMap(entriesOf)
    .map(({ value }) => value)
    .join('');

describe('ShardQueues, with a map', () => {
  describe('lanes', () => {
    it('should have their turns, one after the other (pitfall 35)', () => {
      const { queues, push } = startQueues({ maxBatchRecords: 3 });
      push('abcdefg', 0);
      push('xyz', 0.5);
      queues.flush();
      expect([queues.take(), queues.take(), queues.take(), queues.take()].map(names)).to.deep.equal([
        'abc',
        'xyz',
        'def',
        'g',
      ]);
    });

    it('should fill a batch together', () => {
      const { queues, push } = startQueues({ maxBatchRecords: 4 });
      push('ab', 0);
      push('xyz', 0.5);
      expect(names(queues.take())).to.equal('abxy');
      expect(queues.take()).to.be.undefined;
    });
  });

  describe('a shard that has had its share', () => {
    it('should be parked until a burst may go again, and nobody else', () => {
      const { clock, seen, queues, push } = startQueues({ shardRecordsPerSecond: 1_000 });
      push('a'.repeat(50), 0);
      push('x'.repeat(5), 0.5);
      queues.flush();
      expect(names(queues.take())).to.equal('a'.repeat(20) + 'x'.repeat(5));
      expect(queues.take()).to.be.undefined;
      push('y', 0.5);
      queues.flush();
      expect(names(queues.take())).to.equal('y');
      clock.pass(19);
      expect([queues.take(), seen.resumed]).to.deep.equal([undefined, 0]);
      clock.pass(1);
      expect(seen.resumed).to.equal(1);
      expect(names(queues.take())).to.equal('a'.repeat(20));
      clock.pass(20);
      expect(names(queues.take())).to.equal('a'.repeat(10));
      expect(clock.pending).to.equal(0);
    });

    it('should not be counted as a full batch while it is parked', () => {
      const { queues, push } = startQueues({ maxBatchRecords: 30, shardRecordsPerSecond: 1_000 });
      push('a'.repeat(60), 0);
      expect(names(queues.take())).to.equal('a'.repeat(20));
      push('x', 0.5);
      push('a'.repeat(60), 0);
      expect(queues.take()).to.be.undefined;
    });

    it('should get less for a while after a throttle', () => {
      const { clock, queues, push } = startQueues({ shardRecordsPerSecond: 1_000 });
      push('a'.repeat(40), 0);
      queues.flush();
      const [first] = queues.take()!;
      queues.throttled(first!);
      clock.pass(20);
      // Three quarters of what these 20 ms would have brought, and what grew back meanwhile.
      const taken = names(queues.take()) ?? '';
      expect(taken.length).to.be.within(15, 16);
    });

    it('should let nothing ring after a clear', () => {
      const { clock, seen, queues, push } = startQueues({ shardRecordsPerSecond: 1_000 });
      push('a'.repeat(50), 0);
      queues.flush();
      queues.take();
      queues.clear();
      expect(clock.pending).to.equal(0);
      clock.pass(1_000);
      expect(seen.resumed).to.equal(0);
    });
  });

  describe('after a change of the map', () => {
    it('should keep due what was due, and let the rest linger on', () => {
      const { map, queues, push } = startQueues({}, {});
      push('a', 0, 1);
      push('x', 0.5, 2);
      queues.flush();
      push('b', 0, 3);
      push('y', 0.5, 4);
      map.set(HALVES);
      queues.sortAnew();
      expect([queues.firstArrivedAt, queues.firstLingeringAt]).to.deep.equal([1, 3]);
      expect(names(queues.take())).to.equal('abxy');
    });

    it('should not make due what was not', () => {
      const { map, queues, push } = startQueues({}, {});
      push('ab', 0, 1);
      push('x', 0.5, 2);
      map.set(HALVES);
      queues.sortAnew();
      expect(queues.take()).to.be.undefined;
      expect(queues.firstLingeringAt).to.equal(1);
    });

    it('should put records of two shards that became one in the order of their arrival', () => {
      const { map, queues, push } = startQueues({ maxBatchRecords: 3 });
      for (const [value, part, arrivedAt] of [
        ['a', 0, 1],
        ['b', 0.5, 2],
        ['c', 0, 3],
        ['d', 0.5, 4],
        ['e', 0, 5],
        ['f', 0.5, 6],
      ] as const)
        push(value, part, arrivedAt);
      map.set({ merged: 0 });
      queues.sortAnew();
      expect([queues.take(), queues.take()].map(names)).to.deep.equal(['abc', 'def']);
    });

    it('should let a younger one linger on behind an older one', () => {
      const { map, queues, push } = startQueues();
      push('a', 0, 4);
      map.set({ other: 0 });
      push('b', 0, 5);
      map.set(HALVES);
      queues.sortAnew();
      expect(queues.take()).to.be.undefined;
      expect(queues.firstLingeringAt).to.equal(4);
      queues.flush();
      expect(names(queues.take())).to.equal('ab');
    });

    it('should let an older one go at once rather than behind a younger one, where its time would pass unseen', () => {
      const { map, queues, push } = startQueues({}, {});
      push('a', 0, 1);
      map.set(HALVES);
      push('b', 0, 2);
      queues.sortAnew();
      expect(queues.firstLingeringAt).to.equal(2);
      expect(names(queues.take())).to.equal('ab');
    });

    it('should not hold records of a parked shard that is gone', () => {
      const { clock, map, queues, push } = startQueues({ shardRecordsPerSecond: 1_000 }, { only: 0 });
      push('a'.repeat(30), 0);
      push('x'.repeat(30), 0.5);
      queues.flush();
      expect(names(queues.take())).to.equal('a'.repeat(20));
      map.set(HALVES);
      queues.sortAnew();
      expect(names(queues.take())).to.equal('a'.repeat(10) + 'x'.repeat(20));
      clock.pass(20);
      expect(names(queues.take())).to.equal('x'.repeat(10));
      clock.pass(1_000);
      expect(queues.firstArrivedAt).to.equal(Infinity);
      expect(clock.pending).to.equal(0);
    });

    it('should leave a shard that stays as it is, with what it has had', () => {
      const { clock, map, queues, push } = startQueues({ shardRecordsPerSecond: 1_000 });
      push('a'.repeat(30), 0);
      queues.flush();
      queues.take();
      map.set({ low: 0, left: 0.5, right: 0.75 });
      queues.sortAnew();
      expect(queues.take()).to.be.undefined;
      clock.pass(20);
      expect(names(queues.take())).to.equal('a'.repeat(10));
    });

    it('should take what comes back to where it goes now', () => {
      const { map, queues, push } = startQueues({ maxBatchRecords: 500 });
      push('ab', 0.5);
      queues.flush();
      const taken = queues.take()!.flatMap(entriesOf);
      map.set({ low: 0, left: 0.5, right: 0.75 });
      queues.sortAnew();
      queues.putBack(taken);
      expect(queues.take()?.map(({ shardId }) => shardId)).to.deep.equal(['left', 'left']);
    });
  });
});
