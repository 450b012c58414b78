import { expect } from 'chai';
import fc from 'fast-check';
import { backoffMs, type BackoffOptions, checkBackoff, DEFAULT_BACKOFF } from '../../src/internal/backoff.ts';

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

  it('should wait the longest where the random number is none', () => {
    const none = [NaN, Infinity, -Infinity, -0.5, 1.5, undefined as unknown as number];
    for (const random of none) expect(backoffMs(2, backoff, random), String(random)).to.equal(200);
  });

  it('should by default never wait longer than half a lease of 10 s', () => {
    expect(backoffMs(100, DEFAULT_BACKOFF, largest)).to.equal(5_000);
  });
});

describe('checkBackoff', () => {
  it('should put the defaults in, and raise the cap to the first wait', () => {
    expect(checkBackoff('backoff')).to.deep.equal(DEFAULT_BACKOFF);
    expect(checkBackoff('backoff', { maxMs: 200 })).to.deep.equal({ initialMs: 100, maxMs: 200 });
    expect(checkBackoff('backoff', { initialMs: 20_000 })).to.deep.equal({ initialMs: 20_000, maxMs: 20_000 });
  });

  it('should refuse what is wrong, naming it', () => {
    const refused: readonly [unknown, string][] = [
      [{ initialMs: 0 }, 'retry.initialMs must be an integer from 1 to 60000; got 0'],
      [{ maxMs: 300_001 }, 'retry.maxMs must be an integer from 100 to 300000; got 300001'],
      [{ initialMs: 10, maxMs: 9 }, 'retry.maxMs must be an integer from 10 to 300000; got 9'],
      [{ max: 9 }, 'retry has no option "max"; it has initialMs, maxMs'],
      [100, 'the options of retry must be an object; got 100'],
    ];
    for (const [options, message] of refused) {
      expect(() => checkBackoff('retry', options as BackoffOptions)).to.throw(Error, message);
    }
  });
});
