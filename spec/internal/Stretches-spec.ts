import { expect } from 'chai';
import fc from 'fast-check';
import { Stretches } from '../../src/internal/Stretches.ts';

describe('Stretches', () => {
  it('should give the value of each index, and of those that were left out the one before', () => {
    const entry = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const stretches = new Stretches();
        const expected: (number | undefined)[] = [undefined];
        for (const [gap, value] of entries) {
          while (gap > 1 && expected.length % gap !== 0) expected.push(expected.at(-1));
          stretches.set(expected.length, value);
          expected.push(value);
        }
        expect(expected.map((_, index) => stretches.at(index))).to.deep.equal(expected);
        expect(stretches.at(1e9)).to.equal(expected.at(-1));
      }),
    );
  });
});
