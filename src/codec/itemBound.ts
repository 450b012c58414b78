import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, type NumberRange } from '../internal/checkNumber.ts';
import { checkList } from './checkList.ts';

/** How many items a list codec reads and writes. */
export interface ItemBound {
  readonly maxItems: number;
  /** Returns a list to be written, if it is one and no longer than `maxItems`. */
  check<T>(list: readonly T[]): readonly T[];
  /** The error of a record that has more, where the first of those starts. */
  passed(where: string): RangeError;
}

const NAMES = { maxItems: true } as const;
const MAX_ITEMS: NumberRange = { min: 1, max: 100_000_000 };

/**
 * Reads the option `maxItems` of a list codec: 1,000,000 by default.
 *
 * @param codec how errors name the codec
 * @throws TypeError or RangeError when an option is wrong
 */
export function itemBound(options: { readonly maxItems?: number }, codec: string): ItemBound {
  checkNames(options, NAMES, codec);
  const maxItems = checkNumber('maxItems', options.maxItems ?? 1_000_000, MAX_ITEMS);
  const tooMany = (what: string) =>
    new RangeError(`${what}, the bound of maxItems: give ${codec} a greater one, at both ends, if so many are meant`);
  return {
    maxItems,
    check(list) {
      const { length } = checkList(list);
      if (length > maxItems) throw tooMany(`value has ${length} items, more than ${maxItems}`);
      return list;
    },
    passed: (where) => tooMany(`${where}: an item follows the first ${maxItems}`),
  };
}
