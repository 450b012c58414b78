import { isA, type MemberRule, type MemberRules, patternOf, sizeOf } from './checkInput.ts';

/** Whether a value is right. */
export type RuleTest = (value: unknown) => boolean;

/**
 * Makes a test of requests out of their rules, once for all of them.
 *
 * Nearly every request is right: what is wrong with one that is not, `checkInput` finds out. A member that is null is left to it, too.
 */
export function membersTest(rules: MemberRules): RuleTest {
  const tests = Object.entries(rules).map(([name, rule]) => ({ name, holds: ruleTest(rule) }));
  return (value) => {
    const members = value as Readonly<Record<string, unknown>>;
    for (const { name, holds } of tests) if (!holds(members[name])) return false;
    return true;
  };
}

function ruleTest(rule: MemberRule): RuleTest {
  const { required = false, min = 0, max = Infinity, values } = rule;
  const isRightType = isA[rule.is];
  const isSized = rule.min !== undefined || rule.max !== undefined;
  const pattern = rule.pattern === undefined ? undefined : patternOf(rule.pattern);
  const holdMembers = rule.members && membersTest(rule.members);
  const holdsElement = rule.of && ruleTest({ ...rule.of, required: true });
  return (value) => {
    if (value === undefined) return !required;
    if (!isRightType(value)) return false;
    if (isSized) {
      const size = sizeOf(value);
      if (size < min || size > max) return false;
    }
    return (
      (!pattern || pattern.test(value as string)) &&
      (!values || values.includes(value as string)) &&
      (!holdMembers || holdMembers(value)) &&
      (!holdsElement || elementsOf(value).every(holdsElement))
    );
  };
}

const elementsOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : Object.values(value as object);
