import { expect } from 'chai';
import fc from 'fast-check';
import { isPosition, isProgress } from '../../src/checkpoint/isProgress.ts';
import type { Checkpoint } from '../../src/checkpoint/Lease.ts';
import { comparePositions } from '../../src/record/position.ts';

const positions = fc.record({
  sequenceNumber: fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 2n ** 190n })).map(String),
  subSequenceNumber: fc.nat(3),
});
const places = fc.oneof(
  fc.constantFrom<Checkpoint>('TRIM_HORIZON', 'LATEST'),
  fc.date({ noInvalidDate: true }).map((atTimestamp) => ({ atTimestamp })),
);
const checkpoints = fc.oneof<[fc.Arbitrary<Checkpoint>, fc.Arbitrary<Checkpoint>, fc.Arbitrary<Checkpoint>]>(
  positions,
  places,
  fc.constant('SHARD_END'),
);

describe('isProgress', () => {
  it('should be so for a position exactly when it comes after the stored one', () => {
    fc.assert(
      fc.property(positions, positions, (stored, next) => {
        const difference = BigInt(next.sequenceNumber) - BigInt(stored.sequenceNumber);
        const isLater = difference > 0n || (difference === 0n && next.subSequenceNumber > stored.subSequenceNumber);
        expect(isProgress(stored, next)).to.equal(isLater);
      }),
    );
  });

  it('should be so for the end of a shard after anything, and for nothing after it', () => {
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expect(isProgress(checkpoint, 'SHARD_END')).to.equal(checkpoint !== 'SHARD_END');
        expect(isProgress('SHARD_END', checkpoint)).to.equal(false);
      }),
    );
  });

  it('should let a place to begin at give way to anything, and only to another such place', () => {
    fc.assert(
      fc.property(places, checkpoints, (place, checkpoint) => {
        expect(isProgress(place, checkpoint)).to.equal(true);
        const isPlace = checkpoint !== 'SHARD_END' && !isPosition(checkpoint);
        expect(isProgress(checkpoint, place)).to.equal(isPlace);
      }),
    );
  });

  it('should leave the greatest of all that is offered, in whatever order and however often', () => {
    const keep = (stored: Checkpoint, next: Checkpoint) => (isProgress(stored, next) ? next : stored);
    fc.assert(
      fc.property(places, fc.array(positions, { minLength: 1 }), fc.boolean(), (start, offered, hasEnd) => {
        const all: Checkpoint[] = [...offered, ...(hasEnd ? (['SHARD_END'] as const) : []), ...offered];
        const greatest = hasEnd ? 'SHARD_END' : offered.toSorted(comparePositions).at(-1);
        expect(all.reduce(keep, start)).to.deep.equal(greatest);
      }),
    );
  });

  it('should compare as integers: 99 before 100, and the last of 56 digits', () => {
    const at = (sequenceNumber: string) => ({ sequenceNumber, subSequenceNumber: 0 });
    expect(isProgress(at('99'), at('100'))).to.equal(true);
    expect(isProgress(at('100'), at('99'))).to.equal(false);
    const digits = '4959033827149025660855969253836157109592157598913658889';
    expect(isProgress(at(`${digits}8`), at(`${digits}9`))).to.equal(true);
    expect(isProgress(at(`${digits}9`), at(`${digits}8`))).to.equal(false);
  });
});
