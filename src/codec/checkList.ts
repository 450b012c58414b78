import { describe } from '../internal/checkNumber.ts';

/**
 * Returns `value` if it is an array.
 *
 * @throws TypeError saying what was given
 */
export function checkList<T>(value: readonly T[]): readonly T[] {
  const isList: boolean = Array.isArray(value);
  if (!isList) throw new TypeError(`value must be an array; got ${describe(value)}`);
  return value;
}
