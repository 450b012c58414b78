import { expect } from 'chai';
import { formatPlace } from '../../../src/cli/checkpoints/formatPlace.ts';
import { planReset } from '../../../src/cli/checkpoints/planReset.ts';
import type { Checkpoint } from '../../../src/checkpoint/Lease.ts';
import { AFTER_A_SPLIT, leaseOf } from './leases.ts';

const planned = (to: Checkpoint, chosen = AFTER_A_SPLIT, all = AFTER_A_SPLIT) =>
  planReset(chosen, all, to).map((move) => `${move.lease.shardId} ${formatPlace(move.to)}`);

describe('planReset', () => {
  it('should put all shards to the trim horizon, those that have ended as well', () => {
    expect(planned('TRIM_HORIZON')).to.deep.equal([
      'parent TRIM_HORIZON',
      'child-1 TRIM_HORIZON',
      'child-2 TRIM_HORIZON',
      'other TRIM_HORIZON',
    ]);
  });

  it('should put all shards to a time, those that have ended as well: they may hold records since', () => {
    const time = new Date('2026-02-03T04:05:06Z');
    expect(planned({ atTimestamp: time })).to.deep.equal(
      ['parent', 'child-1', 'child-2', 'other'].map((shardId) => `${shardId} 2026-02-03T04:05:06.000Z`),
    );
  });

  it('should want nothing more of shards that have a child with LATEST, and leave those that have ended', () => {
    const behind = AFTER_A_SPLIT.with(
      0,
      leaseOf('parent', { checkpoint: { sequenceNumber: '3', subSequenceNumber: 0 } }),
    );
    expect(planned('LATEST', behind, behind)).to.deep.equal([
      'parent SHARD_END',
      'child-1 LATEST',
      'child-2 LATEST',
      'other LATEST',
    ]);
    expect(planned('LATEST')).to.deep.equal(['child-1 LATEST', 'child-2 LATEST', 'other LATEST']);
  });

  it('should put a shard that was put to its end, and has no child, to LATEST as well: it may take writes', () => {
    const put = AFTER_A_SPLIT.with(3, leaseOf('other', { checkpoint: 'SHARD_END' }));
    expect(planned('LATEST', put, put)).to.deep.equal(['child-1 LATEST', 'child-2 LATEST', 'other LATEST']);
  });

  it('should touch only those that are chosen, and know the others', () => {
    expect(planned('TRIM_HORIZON', AFTER_A_SPLIT.slice(2, 3))).to.deep.equal(['child-2 TRIM_HORIZON']);
    const parent = [leaseOf('parent')];
    expect(planned('LATEST', parent, [...parent, ...AFTER_A_SPLIT.slice(1)])).to.deep.equal(['parent SHARD_END']);
  });
});
