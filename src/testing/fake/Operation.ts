import type { MemberRules } from './checkInput.ts';
import type { FakeService } from './FakeService.ts';
import { membersTest, type RuleTest } from './ruleTest.ts';

/** An operation of the API: what it asks of a request, and what it does. */
export interface Operation {
  readonly rules: MemberRules;
  /** Whether a request keeps `rules`. */
  readonly holds: RuleTest;
  /** Performs a request that has been checked against `rules`, and returns its answer. */
  readonly run: (service: FakeService, input: object) => object;
}

/** Makes an {@link Operation}; `Input` is what a request is known to be once `rules` hold. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what each caller knows of its own input
export function operation<Input extends object>(
  rules: MemberRules,
  run: (service: FakeService, input: Input) => object,
): Operation {
  return { rules, holds: membersTest(rules), run: run as (service: FakeService, input: object) => object };
}
