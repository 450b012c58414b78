import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { checkInput, type MemberRules } from '../../../src/testing/fake/checkInput.ts';
import { OPERATIONS } from '../../../src/testing/fake/operations.ts';
import { membersTest } from '../../../src/testing/fake/ruleTest.ts';

/** Rules of every kind; nested ones, too. */
const RULES: MemberRules = {
  name: { is: 'String', required: true, min: 1, max: 3, pattern: '[a-c]+' },
  kind: { is: 'String', values: ['a', 'b'] },
  count: { is: 'Integer', min: 1, max: 10 },
  flag: { is: 'Boolean' },
  time: { is: 'Timestamp' },
  bytes: { is: 'Blob', max: 2 },
  map: { is: 'Map', min: 1, max: 2, of: { is: 'String', max: 1 } },
  list: { is: 'List', min: 1, max: 2, of: { is: 'Structure', members: { name: { is: 'String', required: true } } } },
};

const value = fc.oneof(
  fc.constantFrom(undefined, undefined, null, '', 'a', 'ab', 'abcd', 'x', 0, 1, 1.5, 10, 11, true, false, new Date(0)),
  fc.uint8Array({ maxLength: 3 }),
  fc.dictionary(fc.constantFrom('name', 'k', 'l'), fc.constantFrom<unknown>('a', 'ab', 1, null), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  fc.array(fc.constantFrom<unknown>({ name: 'a' }, { name: 1 }, {}, null, 'a'), { maxLength: 3 }),
);
const right = {
  name: fc.constantFrom('a', 'abc'),
  kind: fc.constant('b'),
  count: fc.constantFrom(1, 10),
  flag: fc.boolean(),
  time: fc.constantFrom(0, new Date(0)),
  bytes: fc.uint8Array({ maxLength: 2 }),
  map: fc.constantFrom({ k: 'a' }, { k: 'a', l: '' }),
  list: fc.constantFrom([{ name: 'a' }], [{ name: 'a' }, { name: 'b', other: 1 }]),
} satisfies Record<keyof typeof RULES, fc.Arbitrary<unknown>>;
const members = fc
  .tuple(
    fc.record(right, { requiredKeys: [], noNullPrototype: true }),
    fc.constantFrom(...Object.keys(RULES)),
    value,
    fc.boolean(),
  )
  .map(([all, name, one, isChanged]): Record<string, unknown> => (isChanged ? { ...all, [name]: one } : all));

function isAccepted(input: Record<string, unknown>, rules: MemberRules): boolean {
  try {
    return isDeepStrictEqual(checkInput(input, rules), input);
  } catch {
    return false;
  }
}

describe('membersTest', () => {
  it('should hold for the requests that checkInput accepts as they are, and for no others', () => {
    const holds = membersTest(RULES);
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(members, (input) => {
        const expected = isAccepted(input, RULES);
        expect(holds(input)).to.equal(expected);
        seen[`${expected}`] += 1;
      }),
      { numRuns: 2_000 },
    );

    expect(seen.true).to.be.above(100);
    expect(seen.false).to.be.above(100);
  });

  it('should be of the rules that each operation states', () => {
    for (const { rules, holds } of Object.values(OPERATIONS)) {
      expect(holds({})).to.equal(isAccepted({}, rules));
      for (const name of Object.keys(rules)) expect(holds({ [name]: Symbol('of no type') })).to.equal(false);
    }
  });
});
