import { expect } from 'chai';
import { Reservoir } from '../../../src/metrics/statsd/Reservoir.ts';

const numbersTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('Reservoir', () => {
  it('should keep everything, at rate 1, while there is room', () => {
    const reservoir = new Reservoir(3);
    for (const value of [5, 1, 5]) reservoir.add(value);
    expect(reservoir.take()).to.deep.equal({ values: [5, 1, 5], rate: 1 });
  });

  it('should keep as many as there is room for, with the share of all that they are', () => {
    const reservoir = new Reservoir(3);
    for (const value of numbersTo(12)) reservoir.add(value);
    const { values, rate } = reservoir.take();
    expect(rate).to.equal(0.25);
    expect(new Set(values)).to.have.property('size', 3);
    expect(numbersTo(12)).to.include.members([...values]);
  });

  it('should start anew when it was taken', () => {
    const reservoir = new Reservoir(2);
    for (const value of numbersTo(9)) reservoir.add(value);
    reservoir.take();
    expect(reservoir.take()).to.deep.equal({ values: [], rate: 1 });
    reservoir.add(7);
    expect(reservoir.take()).to.deep.equal({ values: [7], rate: 1 });
  });

  it('should keep each with the same chance', () => {
    const kept = new Array<number>(20).fill(0);
    for (let round = 0; round < 20_000; round++) {
      const reservoir = new Reservoir(5);
      for (const value of numbersTo(20)) reservoir.add(value);
      for (const value of reservoir.take().values) kept[value]!++;
    }
    // 5,000 of each are expected; 61 is one standard deviation.
    for (const times of kept) expect(times).to.be.within(4_600, 5_400);
  });

  it('should keep each with the same chance when many of one value come at once', () => {
    const kept = new Map<number, number>([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    for (let round = 0; round < 5_000; round++) {
      const reservoir = new Reservoir(4);
      reservoir.add(1, 30);
      reservoir.add(2);
      reservoir.add(3, 69);
      const { values, rate } = reservoir.take();
      expect(rate).to.equal(0.04);
      for (const value of values) kept.set(value, kept.get(value)! + 1);
    }
    // Of the 20,000 kept 30, 1 and 69 % are expected; 65, 14 and 65 are one standard deviation.
    expect(kept.get(1)).to.be.within(5_700, 6_300);
    expect(kept.get(2)).to.be.within(130, 270);
    expect(kept.get(3)).to.be.within(13_500, 14_100);
  });
});
