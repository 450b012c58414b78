import { expect } from 'chai';
import fc from 'fast-check';
import { lastAtMost } from '../../src/internal/lastAtMost.ts';

describe('lastAtMost', () => {
  it('should find what a look at each of the numbers does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (numbers, limit) => {
        const rising = numbers.sort((a, b) => a - b);
        expect(lastAtMost(rising, limit)).to.equal(rising.findLastIndex((each) => each <= limit));
      }),
    );
  });
});
