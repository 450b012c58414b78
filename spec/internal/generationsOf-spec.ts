import { expect } from 'chai';
import fc from 'fast-check';
import { generationsOf } from '../../src/internal/generationsOf.ts';

type Member = readonly [id: string, ...parents: string[]];

const runsOf = (members: readonly Member[]) =>
  generationsOf(
    members,
    ([id]) => id,
    ([, ...parents]) => parents,
  );
const idsOf = (members: readonly Member[]) => runsOf(members).map((run) => run.map(([id]) => id));

describe('generationsOf', () => {
  it('should put each behind all of its ancestors that are there, and no further', () => {
    const family: Member[] = [['e', 'd', 'a'], ['d', 'b', 'c'], ['c', 'gone'], ['b', 'a'], ['a']];
    expect(idsOf(family)).to.deep.equal([['c', 'a'], ['b'], ['d'], ['e']]);
  });

  it('should have no run for nothing', () => {
    expect(idsOf([])).to.deep.equal([]);
  });

  it('should leave nothing out, and no run empty, where something is its own ancestor', () => {
    expect(idsOf([['a', 'a']])).to.deep.equal([['a']]);
    expect(idsOf([['a', 'b'], ['b', 'a'], ['c']])).to.deep.equal([['c'], ['a', 'b']]);
    expect(
      idsOf([
        ['b', 'a'],
        ['a', 'a'],
      ]),
    ).to.deep.equal([['a'], ['b']]);
  });

  it('should put no parent beside or behind its child, whatever the family', () => {
    const member = fc.tuple(fc.nat(30), fc.uniqueArray(fc.nat(30), { maxLength: 2 }));
    const family = fc.uniqueArray(member, { selector: ([id]) => id });
    fc.assert(
      fc.property(family, (numbers) => {
        // Parents have smaller numbers, so that there is no ring.
        const members = numbers.map(([id, parents]): Member => [
          String(id),
          ...parents.filter((parent) => parent < id).map(String),
        ]);
        const runs = runsOf(members);
        expect(runs.flat()).to.have.members(members);
        const places = new Map(runs.flatMap((run, place) => run.map(([id]) => [id, place] as const)));
        for (const [id, ...parents] of members) {
          for (const parent of parents) expect(places.get(parent) ?? -1).to.be.below(places.get(id)!);
        }
      }),
    );
  });
});
