import { describe } from '../internal/checkNumber.ts';
import type { Codec } from './Codec.ts';
import { commaAfter } from './commaAfter.ts';
import { itemBound } from './itemBound.ts';
import { writeJson } from './writeJson.ts';

/** How much `jsonList` reads and writes. */
export interface JsonListOptions {
  /** The most values of a record, 1 to 100,000,000: past it, decoding and encoding throw a `RangeError`, before any value is made. Default 1,000,000. */
  readonly maxItems?: number;
}

/**
 * Reads and writes a list as one JSON array in UTF-8 (RFC 8259).
 *
 * The record is one, and so is its place in a checkpoint: it is settled as a whole, when all of its values are done. As with `json`, nothing
 * checks the values against `T`, and what comes back of each is what `JSON.parse` makes of what `JSON.stringify` wrote.
 *
 * Decoding throws as that of `json` does, and a `TypeError` for JSON that is no array. Encoding throws a `TypeError` that names the value for what
 * JSON has no text for: an `undefined` in the list is refused, where `JSON.stringify` would write `null`.
 *
 * @throws TypeError or RangeError when an option is wrong
 *
 * @example
 * ```ts
 * import { fromKinesis, jsonList } from 'rxjs-kinesis';
 *
 * interface Order {
 *   readonly id: string;
 * }
 *
 * fromKinesis('orders', { codec: jsonList<Order>() }).subscribe(({ data }) => console.log(data.map((order) => order.id)));
 * ```
 */
export function jsonList<T = unknown>(options: JsonListOptions = {}): Codec<T[]> {
  const bound = itemBound(options, 'jsonList');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    name: 'jsonList',
    decode(data) {
      // Each item takes two bytes or more, so most records need no counting.
      const comma = data.length > 2 * bound.maxItems ? commaAfter(bound.maxItems, data) : -1;
      if (comma >= 0) throw bound.passed(`byte ${comma}`);
      const value: unknown = JSON.parse(decoder.decode(data));
      if (!Array.isArray(value)) throw new TypeError(`the JSON must be an array; got ${describe(value)}`);
      return value as T[];
    },
    encode: (list) =>
      Buffer.from(
        `[${Array.from(bound.check(list), (value, n) => writeJson(value, `value[${n}]`)).join(',')}]`,
        'utf8',
      ),
  };
}
