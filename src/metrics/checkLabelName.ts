import { describe } from '../internal/checkNumber.ts';

/** What Prometheus takes, which is the strictest. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** @throws RangeError for a name that not every backend takes */
export function checkLabelName(name: string): void {
  if (NAME.test(name)) return;
  throw new RangeError(
    `the name of a label must have letters, digits and underscores, no digit first; got ${describe(name)}`,
  );
}
