import { expect } from 'chai';
import * as fc from 'fast-check';
import { ArrivalRate } from '../../src/consumer/ArrivalRate.ts';

describe('ArrivalRate', () => {
  it('should tell how many records arrive in a time, at the rate that was seen', () => {
    const rate = new ArrivalRate();
    rate.observe(11, 0, 1_000);
    expect(rate.recordsIn(5_000)).to.equal(50);
    rate.observe(10, 1_100, 2_000);
    expect(rate.recordsIn(5_000)).to.equal(50);
  });

  it('should count the time between two answers, in which nothing arrived', () => {
    const rate = new ArrivalRate();
    rate.observe(1, 0, 0);
    rate.observe(10, 9_000, 10_000);
    expect(rate.recordsIn(1_000)).to.equal(1);
  });

  it('should know nothing before time has passed between records, but that there are none behind at the tip', () => {
    const rate = new ArrivalRate();
    expect(rate.recordsIn(1_000)).to.be.undefined;
    rate.observe(500, 7, 7);
    expect(rate.recordsIn(1_000)).to.be.undefined;
    expect(rate.recordsIn(0)).to.equal(0);
  });

  it('should forget an old rate', () => {
    const rate = new ArrivalRate();
    rate.observe(60_000, 0, 60_000);
    for (let minute = 2; minute < 12; minute += 1) rate.observe(60, minute * 60_000, minute * 60_000);
    expect(rate.recordsIn(1_000)).to.be.within(1, 2);
  });

  it('should bear times that go back, and never tell less than nothing', () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.nat(100_000), fc.nat(100_000)));
    fc.assert(
      fc.property(answers, fc.nat(1_000_000), (observed, ms) => {
        const rate = new ArrivalRate();
        for (const each of observed) rate.observe(...each);
        const records = rate.recordsIn(ms);
        return records === undefined || (Number.isFinite(records) && records >= 0);
      }),
    );
  });
});
