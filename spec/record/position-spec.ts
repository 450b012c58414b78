import { expect } from 'chai';
import fc from 'fast-check';
import { comparePositions, compareSequenceNumbers, type Position } from '../../src/record/position.ts';

/** Digits as people write them: of any length up to Kinesis' own, now and then with leading zeros. */
const sequenceNumber = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 56n }), fc.integer({ min: 0, max: 3 }), fc.boolean())
  .map(([value, zeros, isSmall]) => '0'.repeat(zeros) + String(isSmall ? value % 200n : value));
const position: fc.Arbitrary<Position> = fc.record({ sequenceNumber, subSequenceNumber: fc.nat({ max: 3 }) });

describe('compareSequenceNumbers', () => {
  it('should put "99" before "100"', () => {
    expect(compareSequenceNumbers('99', '100')).to.be.below(0);
    expect(compareSequenceNumbers('100', '99')).to.be.above(0);
  });

  it('should pass over leading zeros', () => {
    expect(compareSequenceNumbers('0099', '100')).to.be.below(0);
    expect(compareSequenceNumbers('007', '7')).to.equal(0);
    expect(compareSequenceNumbers('000', '0')).to.equal(0);
  });

  it('should compare as integers do', () => {
    fc.assert(
      fc.property(sequenceNumber, sequenceNumber, (a, b) => {
        const [left, right] = [BigInt(a), BigInt(b)];
        expect(Math.sign(compareSequenceNumbers(a, b))).to.equal(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });
});

describe('comparePositions', () => {
  it('should order by sequence number, then within an aggregate', () => {
    const shuffled = ['100/0', '99/1', '100/11', '100/2', '99/0'].map(parse);
    expect(shuffled.sort(comparePositions).map(write)).to.deep.equal(['99/0', '99/1', '100/0', '100/2', '100/11']);
  });

  it('should order totally: antisymmetric, transitive, equal only where the same', () => {
    fc.assert(
      fc.property(position, position, position, (a, b, c) => {
        expect(Math.sign(comparePositions(a, b))).to.equal(0 - Math.sign(comparePositions(b, a)));
        if (comparePositions(a, b) <= 0 && comparePositions(b, c) <= 0) expect(comparePositions(a, c)).to.be.at.most(0);
        const isSame =
          BigInt(a.sequenceNumber) === BigInt(b.sequenceNumber) && a.subSequenceNumber === b.subSequenceNumber;
        expect(comparePositions(a, b) === 0).to.equal(isSame);
      }),
    );
  });
});

const parse = (text: string): Position => {
  const [sequenceNumber = '', subSequenceNumber] = text.split('/');
  return { sequenceNumber, subSequenceNumber: Number(subSequenceNumber) };
};
const write = ({ sequenceNumber, subSequenceNumber }: Position) => `${sequenceNumber}/${subSequenceNumber}`;
