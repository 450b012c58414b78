import { expect } from 'chai';
import fc from 'fast-check';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { newLeases } from '../../src/consumer/newLeases.ts';
import type { StartAt } from '../../src/consumer/StartAt.ts';
import {
  ancestorsOf,
  knowsParentsOf,
  reshardsBetween,
  type ShardInfo,
  type Topology,
  topologyOf,
  withChildren,
} from '../../src/consumer/topology.ts';
import { leaseFor, shardInfo } from './leaseFor.ts';

/** A stream after some reshards: the ids rise with age. */
const history = fc
  .array(fc.record({ isSplit: fc.boolean(), at: fc.nat({ max: 20 }) }), { maxLength: 12 })
  .map((steps) => {
    const shards: ShardInfo[] = [shardInfo('00'), shardInfo('01')];
    let next = 2;
    const add = (parents: readonly string[]) => shards.push(shardInfo(String(next++).padStart(2, '0'), parents));
    for (const { isSplit, at } of steps) {
      const open = shards.filter(({ isOpen }) => isOpen);
      const parents = isSplit || open.length < 2 ? [open[at % open.length]!] : open.slice(0, 2);
      for (const parent of parents) shards[shards.indexOf(parent)] = { ...parent, isOpen: false };
      const ids = parents.map(({ shardId }) => shardId);
      add(ids);
      if (parents.length === 1) add(ids);
    }
    return topologyOf(shards);
  });
const ids = (topology: Topology) => [...topology.keys()];

describe('topology', () => {
  const before = topologyOf([shardInfo('a'), shardInfo('b')]);
  const after = topologyOf([
    shardInfo('a', [], false),
    shardInfo('b', [], false),
    shardInfo('c', ['a', 'b'], false),
    shardInfo('d', ['c']),
    shardInfo('e', ['c']),
  ]);

  it('should tell of each split and merge once', () => {
    expect(reshardsBetween(before, after)).to.deep.equal([
      { parentShardIds: ['a', 'b'], childShardIds: ['c'] },
      { parentShardIds: ['c'], childShardIds: ['d', 'e'] },
    ]);
    expect(reshardsBetween(after, after)).to.deep.equal([]);
  });

  it('should close the parents of children that it learns of, and keep what it knows', () => {
    const next = withChildren(before, [shardInfo('c', ['a', 'b'])]);
    expect([...next.values()].map(({ shardId, isOpen }) => [shardId, isOpen])).to.deep.equal([
      ['a', false],
      ['b', false],
      ['c', true],
    ]);
    expect(withChildren(after, [shardInfo('c', ['a', 'b'])]).get('c')!.isOpen).to.equal(false);
    expect(before.get('a')!.isOpen).to.equal(true);
  });

  it('should know when a parent is unknown', () => {
    expect(knowsParentsOf(before, [shardInfo('c', ['a', 'b'])])).to.equal(true);
    expect(knowsParentsOf(before, [shardInfo('d', ['c'])])).to.equal(false);
  });

  it('should find all ancestors, the last unlisted ones included, and no shard among its own', () => {
    expect([...ancestorsOf(after, 'd')]).to.have.members(['c', 'a', 'b']);
    expect([...ancestorsOf(topologyOf([shardInfo('d', ['c'])]), 'd')]).to.deep.equal(['c']);
    fc.assert(
      fc.property(history, (topology) => {
        for (const id of ids(topology)) {
          for (const ancestor of ancestorsOf(topology, id)) {
            expect(ancestor < id).to.equal(true);
            for (const older of ancestorsOf(topology, ancestor)) {
              expect(ancestorsOf(topology, id).has(older)).to.equal(true);
            }
          }
        }
      }),
    );
  });
});

describe('newLeases', () => {
  const leased = (shardIds: readonly string[]) => shardIds.map((id) => leaseFor(id));

  it('should make none where all are there', () => {
    const topology = topologyOf([shardInfo('a')]);
    expect(newLeases(topology, leased(['a']), 'LATEST')).to.deep.equal([]);
  });

  it('should begin at startAt in a new application, and at the oldest record where there is history', () => {
    const topology = topologyOf([shardInfo('a', [], false), shardInfo('b', ['a']), shardInfo('z')]);
    const checkpoints = (startAt: Parameters<typeof newLeases>[2], known: readonly string[]) =>
      Object.fromEntries(newLeases(topology, leased(known), startAt).map((each) => [each.shardId, each.checkpoint]));

    expect(checkpoints('LATEST', [])).to.deep.equal({ a: 'SHARD_END', b: 'LATEST', z: 'LATEST' });
    expect(checkpoints('TRIM_HORIZON', [])).to.deep.equal({ a: 'TRIM_HORIZON', b: 'TRIM_HORIZON', z: 'TRIM_HORIZON' });
    expect(checkpoints('LATEST', ['a'])).to.deep.equal({ b: 'TRIM_HORIZON', z: 'LATEST' });
    expect(checkpoints('LATEST', ['gone'])).to.deep.equal({ a: 'TRIM_HORIZON', b: 'TRIM_HORIZON', z: 'TRIM_HORIZON' });
    const position = { sequenceNumber: '5', subSequenceNumber: 0 };
    expect(checkpoints({ b: position }, [])).to.deep.equal({ a: 'SHARD_END', b: position, z: 'TRIM_HORIZON' });
  });

  describe('of a shard that the application has lost sight of', () => {
    const from = (topology: Topology, leases: readonly Lease[], startAt: StartAt) =>
      Object.fromEntries(newLeases(topology, leases, startAt).map((each) => [each.shardId, each.checkpoint]));
    const position = { sequenceNumber: '5', subSequenceNumber: 0 };
    const split = topologyOf([shardInfo('a', [], false), shardInfo('b', ['a'], false), shardInfo('c', ['b'])]);

    it('should count it as read to its end once something of a descendant is settled', () => {
      for (const checkpoint of [position, 'SHARD_END'] as const) {
        const leases = [leaseFor('c', { checkpoint, counter: 9 })];
        expect(from(split, leases, 'TRIM_HORIZON')).to.deep.equal({ a: 'SHARD_END', b: 'SHARD_END' });
      }
    });

    it('should begin it as configured while its descendants only wait for it, as where a start was cut short', () => {
      for (const checkpoint of ['TRIM_HORIZON', 'LATEST', { atTimestamp: new Date(5) }] as const) {
        const leases = [leaseFor('c', { checkpoint, counter: 9 })];
        expect(from(split, leases, 'TRIM_HORIZON')).to.deep.equal({ a: 'TRIM_HORIZON', b: 'TRIM_HORIZON' });
      }
    });

    it('should begin it at the oldest record where it comes of shards that are gone, and something has been read', () => {
      const late = topologyOf([shardInfo('z'), shardInfo('c', ['gone'], false), shardInfo('d', ['c'])]);
      const z = leaseFor('z', { counter: 3 });
      for (const startAt of ['LATEST', new Date(5)] as const) {
        expect(from(late, [z], startAt)).to.deep.equal({ c: 'TRIM_HORIZON', d: 'TRIM_HORIZON' });
      }
      expect(from(late, [z], { d: position })).to.deep.equal({ c: 'SHARD_END', d: position });
    });

    it('should begin it as configured while another worker is at the same first start', () => {
      const old = topologyOf([shardInfo('z', ['gone']), shardInfo('c', ['gone'])]);
      expect(from(old, [leaseFor('z', { checkpoint: 'LATEST' })], 'LATEST')).to.deep.equal({ c: 'LATEST' });
    });
  });

  it('should complete the leases, children before their parents, and begin descendants of what has a lease at TRIM_HORIZON', () => {
    fc.assert(
      fc.property(history, fc.func(fc.boolean()), (topology, isKnown) => {
        const known = ids(topology).filter((id) => isKnown(id));
        const fresh = newLeases(topology, leased(known), 'LATEST');
        expect([...known, ...fresh.map(({ shardId }) => shardId)].sort()).to.deep.equal(ids(topology).sort());
        for (const [at, { shardId, checkpoint }] of fresh.entries()) {
          const ancestors = ancestorsOf(topology, shardId);
          expect(fresh.slice(0, at).some((earlier) => ancestors.has(earlier.shardId))).to.equal(false);
          if ([...ancestors].some((id) => known.includes(id))) expect(checkpoint).to.equal('TRIM_HORIZON');
        }
      }),
    );
  });
});
