import { expect } from 'chai';
import { timer } from 'rxjs';
import { monotonicScheduler } from '../../src/internal/monotonicScheduler.ts';
import { marbles } from '../support/marbles.ts';

describe('monotonicScheduler', () => {
  it(
    'should be virtual in TestScheduler.run, clock and timers',
    marbles(({ expectObservable, flush }) => {
      const times = [monotonicScheduler.now()];
      timer(60_000, monotonicScheduler).subscribe(() => times.push(monotonicScheduler.now()));
      expectObservable(timer(60_000, monotonicScheduler)).toBe('60s (a|)', { a: 0 });
      flush();
      expect(times).to.deep.equal([0, 60_000]);
    }),
  );

  it('should tell the time of day to within a second, and never step back', () => {
    let last = monotonicScheduler.now();
    expect(Math.abs(last - Date.now())).to.be.below(1_000);
    for (let i = 0; i < 10_000; i++) {
      const now = monotonicScheduler.now();
      expect(now >= last).to.be.true;
      last = now;
    }
  });

  it('should not follow the wall clock when that steps by less than a second', () => {
    const { now } = Date;
    const before = monotonicScheduler.now();
    Date.now = () => now() - 900;
    try {
      expect(monotonicScheduler.now()).to.be.at.least(before);
    } finally {
      Date.now = now;
    }
  });

  it('should not follow the wall clock when that jumps by an hour', () => {
    const { now } = Date;
    const before = monotonicScheduler.now();
    Date.now = () => now() - 3_600_000;
    try {
      expect(monotonicScheduler.now()).to.be.within(before, before + 1_000);
    } finally {
      Date.now = now;
    }
  });
});
