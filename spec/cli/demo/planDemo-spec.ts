import { expect } from 'chai';
import { planDemo } from '../../../src/cli/demo/planDemo.ts';

describe('planDemo', () => {
  const plan = (records: number, shards: number) => planDemo({ records, shards, seed: 1 });

  it('should write the default within the service’s limits', () => {
    const { perSecond, limitsWrites } = plan(50_000, 4);
    expect(limitsWrites).to.equal(true);
    expect(perSecond / 4).to.be.at.most(600);
    expect(50_000 / perSecond).to.be.at.most(22);
  });

  it('should leave time for what happens on the way, however few the records are', () => {
    expect(100 / plan(100, 4).perSecond).to.equal(8);
  });

  it('should lift the limit on writing where it would take too long', () => {
    const { perSecond, limitsWrites } = plan(5_000_000, 4);
    expect(limitsWrites).to.equal(false);
    expect(5_000_000 / perSecond).to.equal(22);
  });

  it('should keep the limit where there are shards enough', () => {
    expect(plan(5_000_000, 500)).to.deep.equal({ perSecond: 300_000, limitsWrites: true });
  });
});
