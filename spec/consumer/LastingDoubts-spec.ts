import { expect } from 'chai';
import { LastingDoubts } from '../../src/consumer/LastingDoubts.ts';

describe('LastingDoubts', () => {
  const always = () => true;

  it('should hold a doubt for lasting once a listing an interval later leaves it, and not before', () => {
    const doubts = new LastingDoubts(1_000);
    expect(doubts.note(['a'], 0)).to.equal(true);
    doubts.confirm(always, 0);
    doubts.confirm(always, 999);
    expect(doubts.has('a')).to.equal(false);
    expect(doubts.note(['a'], 999)).to.equal(false);
    doubts.confirm(always, 1_000);
    expect(doubts.has('a')).to.equal(true);
    expect(doubts.has('b')).to.equal(false);
  });

  it('should begin anew after a listing that dispels it, or a look at leases without it', () => {
    for (const dispel of [
      (doubts: LastingDoubts) => doubts.confirm(() => false, 500),
      (doubts: LastingDoubts) => void doubts.note([], 500),
    ]) {
      const doubts = new LastingDoubts(1_000);
      doubts.note(['a'], 0);
      dispel(doubts);
      expect(doubts.note(['a'], 600)).to.equal(true);
      doubts.confirm(always, 1_500);
      expect(doubts.has('a')).to.equal(false);
    }
  });
});
