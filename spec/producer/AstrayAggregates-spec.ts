import { expect } from 'chai';
import { AggregateParcel } from '../../src/producer/AggregateParcel.ts';
import { AstrayAggregates } from '../../src/producer/AstrayAggregates.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { FixedShards } from './FixedShards.ts';

/** Aggregates of records at these places of the hash range, and what was found out about them. */
function start(shards: Record<string, number>) {
  const clock = new VirtualClock(0);
  const map = new FixedShards();
  map.set(shards);
  const told: string[] = [];
  const sorted = (accepted: readonly Entry<string>[], lost: readonly Entry<string>[]) =>
    told.push([accepted, lost].map((each) => each.map(({ value }) => value).join('')).join('|'));
  const astray = new AstrayAggregates<string>(map.asMap, clock, { sorted });
  const add = (shardId: string, ...records: readonly (readonly [value: string, part: number, beside?: bigint])[]) => {
    const entries = records.map(
      ([value, part, beside = 0n]) =>
        new Entry(value, Buffer.from(value), 'key', (FixedShards.key(part) + beside).toString(), 4, 0),
    );
    const aggregate = new AggregateParcel(entries, Buffer.from('aggregate'));
    astray.add([{ aggregate, shardId, sequenceNumber: '49' }]);
    return entries;
  };
  return { clock, map, told, astray, add };
}

describe('AstrayAggregates (pitfall 43)', () => {
  it('should find those good whose records all belong where they are, with their places', () => {
    const { map, told, add } = start({ left: 0, right: 0.5 });
    const entries = add('right', ['a', 0.5], ['b', 0.75]);
    expect(told).to.deep.equal(['ab|']);
    const place = { shardId: 'right', sequenceNumber: '49' };
    expect(entries[0]!.result).to.include({ value: 'a', subSequenceNumber: 0, ...place });
    expect(entries[1]!.result).to.include({ value: 'b', subSequenceNumber: 1, ...place });
    expect(map.doubts).to.equal(0);
  });

  it('should find all records lost of one that a KCL passes over: one of them does not belong there', () => {
    const { told, add } = start({ left: 0, right: 0.5 });
    const entries = add('right', ['a', 0.5], ['b', 0.49], ['c', 0.75]);
    expect(told).to.deep.equal(['|abc']);
    expect(entries.map(({ result }) => result)).to.deep.equal([undefined, undefined, undefined]);
  });

  it('should count both ends of a shard in', () => {
    const { told, add } = start({ left: 0, middle: 0.25, right: 0.5 });
    const step = 2 ** -20;
    add('middle', ['a', 0.25], ['b', 0.5, -1n]);
    add('middle', ['a', 0.25, -1n], ['b', 0.5 - step]);
    add('middle', ['a', 0.25], ['b', 0.5]);
    expect(told).to.deep.equal(['ab|', '|ab', '|ab']);
  });

  it('should find those good that are in a shard which is closed by now', () => {
    const { map, told, add } = start({ parent: 0 });
    map.set({ left: 0, right: 0.5 });
    add('parent', ['a', 0], ['b', 0.75]);
    expect(told).to.deep.equal(['ab|']);
  });

  it('should wait for a listing that shows the shard, and ask for it', () => {
    const { clock, map, told, astray, add } = start({ parent: 0 });
    add('left', ['a', 0], ['b', 0.25]);
    add('right', ['x', 0.25], ['y', 0.75]);
    expect(told).to.deep.equal([]);
    expect(map.doubts).to.be.at.least(1);
    const { doubts } = map;
    astray.mapTried();
    expect(told).to.deep.equal([]);
    expect(map.doubts).to.be.above(doubts);
    map.set({ left: 0, right: 0.5 });
    astray.mapTried();
    expect(told).to.deep.equal(['ab|xy']);
    clock.pass(60_000);
    expect(told).to.have.lengthOf(1);
  });

  it('should give them up after 5 s, and the map with them', () => {
    const { clock, map, told, add } = start({ parent: 0 });
    add('left', ['a', 0], ['b', 0.25]);
    clock.pass(2_000);
    add('right', ['x', 0.5], ['y', 0.75]);
    clock.pass(2_999);
    expect([told, map.isKnown]).to.deep.equal([[], true]);
    clock.pass(1);
    expect([told, map.isKnown]).to.deep.equal([['|ab'], false]);
    clock.pass(2_000);
    expect(told).to.deep.equal(['|ab', '|xy']);
    expect(clock.pending).to.equal(0);
  });

  it('should give them up at once when there will be no listing', () => {
    const { map, told, astray, add } = start({ parent: 0 });
    add('left', ['a', 0], ['b', 0.25]);
    astray.mapTried(true);
    expect([told, map.isKnown]).to.deep.equal([['|ab'], false]);
  });

  it('should say nothing, and let nothing ring, after a clear', () => {
    const { clock, map, told, astray, add } = start({ parent: 0 });
    add('left', ['a', 0], ['b', 0.25]);
    astray.clear();
    expect(clock.pending).to.equal(0);
    map.set({ left: 0, right: 0.5 });
    astray.mapTried();
    clock.pass(60_000);
    expect(told).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });

  it('should say nothing of nothing', () => {
    const { told, map, astray } = start({ parent: 0 });
    astray.add([]);
    astray.mapTried();
    expect([told, map.doubts]).to.deep.equal([[], 0]);
  });
});
