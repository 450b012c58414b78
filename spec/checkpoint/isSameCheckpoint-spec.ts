import { expect } from 'chai';
import { isSameCheckpoint } from '../../src/checkpoint/isSameCheckpoint.ts';
import type { Checkpoint } from '../../src/checkpoint/Lease.ts';

const ALL: readonly Checkpoint[] = [
  'TRIM_HORIZON',
  'LATEST',
  'SHARD_END',
  { atTimestamp: new Date(5) },
  { atTimestamp: new Date(6) },
  { sequenceNumber: '5', subSequenceNumber: 0 },
  { sequenceNumber: '5', subSequenceNumber: 1 },
  { sequenceNumber: '49590338271490256608559692538361571095921575989136588898', subSequenceNumber: 0 },
  { sequenceNumber: '49590338271490256608559692538361571095921575989136588899', subSequenceNumber: 0 },
];

describe('isSameCheckpoint', () => {
  it('should be so for each form and an equal one, and for no two that differ', () => {
    for (const [index, one] of ALL.entries()) {
      for (const [n, other] of structuredClone(ALL).entries()) {
        expect(isSameCheckpoint(one, other), `${JSON.stringify(one)} and ${JSON.stringify(other)}`).to.equal(
          index === n,
        );
      }
    }
  });
});
