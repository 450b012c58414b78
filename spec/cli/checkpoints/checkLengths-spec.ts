import { expect } from 'chai';
import { checkLengths } from '../../../src/cli/checkpoints/checkLengths.ts';
import { WrongInput } from '../../../src/cli/checkpoints/WrongInput.ts';
import type { Checkpoint } from '../../../src/checkpoint/Lease.ts';
import { leaseOf } from './leases.ts';

const [LENGTH, OTHER] = [56, 57];
const at = (sequenceNumber: string): Checkpoint => ({ sequenceNumber, subSequenceNumber: 0 });
const stored = [leaseOf('a'), leaseOf('b', { checkpoint: at('4'.repeat(LENGTH)) })];

describe('checkLengths', () => {
  it('should refuse a sequence number of another length than the store has, and name what helps', () => {
    expect(() => checkLengths([{ lease: stored[0]!, to: at('123') }], stored))
      .to.throw(
        WrongInput,
        /^--to must be a place in the shard: 123 has 3 digits, and what the store holds .* has 56\. /,
      )
      .with.property('message')
      .that.includes('or give --verify, which asks Kinesis');
  });

  it('should take one of a length that it has, and every other kind of place', () => {
    const places: Checkpoint[] = [at('5'.repeat(LENGTH)), 'TRIM_HORIZON', 'SHARD_END', { atTimestamp: new Date(0) }];
    checkLengths(
      places.map((to) => ({ lease: stored[0]!, to })),
      stored,
    );
    checkLengths(
      [{ lease: stored[0]!, to: at('5'.repeat(OTHER)) }],
      [...stored, leaseOf('c', { checkpoint: at('4'.repeat(OTHER)) })],
    );
  });

  it('should take any where the store has none', () => {
    checkLengths([{ lease: stored[0]!, to: at('123') }], stored.slice(0, 1));
  });
});
