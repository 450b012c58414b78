import { expect } from 'chai';
import * as fc from 'fast-check';
import { Streak } from '../../src/internal/Streak.ts';

/** What values are reported as: means, and how many they are. */
function report(values: readonly number[]): (readonly [number, number])[] {
  const reported: (readonly [number, number])[] = [];
  const streak = new Streak((mean, times) => reported.push([mean, times]));
  for (const value of values) streak.add(value);
  streak.flush();
  streak.flush();
  return reported;
}

describe('Streak', () => {
  it('should report values in a row that are nearly the same as one, by their mean', () => {
    expect(report([1, 1.004, 0.996, 2, 0, 0, 0])).to.deep.equal([
      [1, 3],
      [2, 1],
      [0, 3],
    ]);
    expect(report([])).to.be.empty;
  });

  it('should begin anew after it was flushed', () => {
    const reported: number[] = [];
    const streak = new Streak((mean, times) => reported.push(mean, times));
    for (const value of [5, 5.01]) {
      streak.add(value);
      streak.flush();
    }
    expect(reported).to.deep.equal([5, 1, 5.01, 1]);
  });

  it('should add the latest value once more, also after it was flushed', () => {
    const reported: number[] = [];
    const streak = new Streak((mean, times) => reported.push(mean, times));
    streak.add(4);
    streak.again();
    streak.flush();
    streak.again();
    streak.again();
    streak.add(4.01);
    streak.flush();
    expect(reported).to.deep.equal([4, 2, 12.01 / 3, 3]);
  });

  it('should put another value in the place of the latest one, if that was not reported', () => {
    const reported: number[] = [];
    const streak = new Streak((mean, times) => reported.push(mean, times));
    streak.add(4);
    streak.again();
    streak.amend(8);
    streak.flush();
    streak.amend(16);
    streak.flush();
    streak.add(4);
    streak.amend(8);
    streak.flush();
    expect(reported).to.deep.equal([4, 1, 8, 1, 8, 1]);
  });

  it('should be whole again when what it reports to has thrown', () => {
    const reported: number[] = [];
    const streak = new Streak((_, times) => {
      if (reported.push(times) === 1) throw new Error('once');
    });
    streak.add(1);
    expect(() => streak.flush()).to.throw('once');
    streak.add(1);
    streak.flush();
    expect(reported).to.deep.equal([1, 1]);
  });

  it('should take values by their sum where they hardly differ, and nothing of them where they do', () => {
    const reported: number[] = [];
    const streak = new Streak((mean, times) => reported.push(mean, times));
    expect(streak.addAlike(4, 4.01, 12.02, 3)).to.be.true;
    expect(streak.addAlike(4, 5, 9, 2)).to.be.false;
    streak.add(4.01);
    expect(streak.addAlike(8, 8, 16, 2)).to.be.true;
    expect(streak.addAlike(8, 8.041, 16.041, 2)).to.be.false;
    expect(streak.addAlike(8.039, 8.05, 16.089, 2)).to.be.true;
    expect(streak.addAlike(0, 0, 0, 2)).to.be.true;
    streak.flush();
    expect(reported).to.deep.equal([16.03 / 4, 4, 8, 2, 16.089 / 2, 2, 0, 2]);
  });

  it('should keep counts and sums, and each value within 1 %, added one by one or by their sum', () => {
    const alike = fc
      .tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.array(fc.double({ min: 1, max: 1.004, noNaN: true })))
      .map(([value, factors]) => [value, ...factors.map((factor) => value * factor)]);
    fc.assert(
      fc.property(fc.array(alike), (groups) => {
        const told: number[] = [];
        const streak = new Streak((mean, times) => told.push(...new Array<number>(times).fill(mean)));
        const values = groups.flat();
        const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
        for (const [index, group] of groups.entries()) {
          const isTaken =
            index % 2 === 0 && streak.addAlike(Math.min(...group), Math.max(...group), sum(group), group.length);
          if (!isTaken) for (const value of group) streak.add(value);
        }
        streak.flush();
        expect(told).to.have.lengthOf(values.length);
        expect(sum(told)).to.be.closeTo(sum(values), 1e-6 * (1 + sum(values)));
        values.forEach((value, index) => expect(told[index]).to.be.closeTo(value, value * 0.0101 + 1e-12));
      }),
    );
  });

  it('should keep counts and sums, and each value within 1 %', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
        const told = report(values).flatMap(([mean, times]) => new Array<number>(times).fill(mean));
        expect(told).to.have.lengthOf(values.length);
        const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
        expect(sum(told)).to.be.closeTo(sum(values), 1e-6 * (1 + sum(values)));
        values.forEach((value, index) => expect(told[index]).to.be.closeTo(value, value * 0.0101 + 1e-12));
      }),
    );
  });
});
