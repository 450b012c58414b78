import { expect } from 'chai';
import fc from 'fast-check';
import { backoffMs, DEFAULT_BACKOFF } from '../../src/internal/backoff.ts';

describe('backoffMs', () => {
  const backoff = { initialMs: 100, maxMs: 5_000 };
  const largest = 1 - Number.EPSILON;

  it('should double its upper bound at each attempt, up to maxMs', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffMs(attempt, backoff, largest));
    expect(bounds).to.deep.equal([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('should spread the waits over the whole interval', () => {
    expect([0, 0.25, 0.5, 0.75].map((random) => backoffMs(1, backoff, random))).to.deep.equal([1, 25, 50, 75]);
  });

  it('should stay a whole number from 1 to maxMs, however many attempts there were', () => {
    const random = fc.double({ min: 0, max: largest, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (attempt, value) => {
        const delayMs = backoffMs(attempt, backoff, value);
        expect(Number.isInteger(delayMs)).to.be.true;
        expect(delayMs).to.be.within(1, backoff.maxMs);
      }),
    );
  });

  it('should by default never wait longer than half a lease of 10 s', () => {
    expect(backoffMs(100, DEFAULT_BACKOFF, largest)).to.equal(5_000);
  });
});
