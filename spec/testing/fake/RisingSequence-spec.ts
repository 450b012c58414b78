import { expect } from 'chai';
import fc from 'fast-check';
import { RisingSequence } from '../../../src/testing/fake/RisingSequence.ts';
import { SEQUENCE_DIGITS, sequenceBase, sequenceNumber } from '../../../src/testing/fake/sequenceNumber.ts';

const second = fc.integer({ min: 0, max: 2 ** 36 - 1 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 1_100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 999_999, 1_000_000, 1_000_001, 2 ** 40) },
);

const [BEFORE, AFTER] = ['{"n":"', '"}'];

/** The number as both ways of asking give it, the text around it checked. */
function numberIn(sequence: RisingSequence, counter: number, second: number): string {
  const bytes = Buffer.alloc(sequence.length + 2, '#');
  sequence.write(counter, second, bytes, 1);
  const [, number = ''] = /^#\{"n":"(\d+)"\}#$/.exec(bytes.toString()) ?? [];
  expect(number).to.have.lengthOf(SEQUENCE_DIGITS);
  expect(sequence.digits(counter, second)).to.equal(number);
  return number;
}

describe('RisingSequence', () => {
  it('should write the sequence numbers that are reckoned without it, whatever the steps', () => {
    fc.assert(
      fc.property(
        second,
        fc.nat({ max: 100_000 }),
        fc.array(fc.tuple(step, fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: second }))),
        (createdSecond, shardIndex, steps) => {
          const base = sequenceBase(createdSecond, shardIndex);
          const sequence = new RisingSequence(base, BEFORE, AFTER);
          let counter = 1;
          for (const [more, later] of steps) {
            counter = Math.max(0, counter + more);
            expect(numberIn(sequence, counter, later)).to.equal(sequenceNumber(base, counter, later));
          }
        },
      ),
    );
  });

  it('should carry from each part to the next', () => {
    const base = sequenceBase(1_700_000_000, 3);
    const sequence = new RisingSequence(base, BEFORE, AFTER);
    for (let counter = 1; counter < 5_000; counter += 1) {
      expect(numberIn(sequence, counter, 1_700_000_001)).to.equal(sequenceNumber(base, counter, 1_700_000_001));
    }
  });
});
