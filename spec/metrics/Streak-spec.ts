import { expect } from 'chai';
import * as fc from 'fast-check';
import { Streak } from '../../src/metrics/Streak.ts';

interface Observed {
  readonly labels: object;
  readonly value: number;
  readonly times: number;
}

function setUp() {
  const observed: Observed[] = [];
  const streak = new Streak((labels, value, times = 1) => observed.push({ labels, value, times }));
  return { observed, streak };
}

describe('Streak', () => {
  it('should report values in a row that are nearly the same as one, by their mean', () => {
    const { observed, streak } = setUp();
    const labels = {};
    for (const value of [1, 1.004, 0.996, 2, 0, 0, 0]) streak.add(labels, value);
    streak.flush();
    streak.flush();
    expect(observed.map(({ value, times }) => [value, times])).to.deep.equal([
      [1, 3],
      [2, 1],
      [0, 3],
    ]);
  });

  it('should keep series apart', () => {
    const { observed, streak } = setUp();
    const [a, b] = [{}, {}];
    for (const labels of [a, a, b, a]) streak.add(labels, 1);
    streak.flush();
    expect(observed.map(({ times }) => times)).to.deep.equal([2, 1, 1]);
    expect(observed.map(({ labels }) => labels === b)).to.deep.equal([false, true, false]);
  });

  it('should keep counts and sums, and each value within 1 %', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
        const { observed, streak } = setUp();
        const labels = {};
        for (const value of values) streak.add(labels, value);
        streak.flush();
        const told = observed.flatMap(({ value, times }) => new Array<number>(times).fill(value));
        expect(told).to.have.lengthOf(values.length);
        const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
        expect(sum(told)).to.be.closeTo(sum(values), 1e-6 * (1 + sum(values)));
        values.forEach((value, index) => expect(told[index]).to.be.closeTo(value, value * 0.0101 + 1e-12));
      }),
    );
  });
});
