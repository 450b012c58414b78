import type { Codec } from './Codec.ts';
import { writeJson } from './writeJson.ts';

/**
 * Reads and writes JSON in UTF-8 (RFC 8259).
 *
 * `T` is what you say it is: nothing checks the data against it. Validate with `mapData`, whose poison policy then applies.
 * What comes back is what `JSON.parse` makes of what `JSON.stringify` wrote: a `Date` becomes a string, an `undefined` field goes.
 * Decoding throws for malformed UTF-8 and malformed JSON, and passes over a byte order mark; encoding throws a `TypeError` for what JSON
 * has no text for, such as `undefined`, a function, a `bigint` or a cycle.
 *
 * Only the record's bytes bound what it makes: a byte takes up to 28 bytes of the heap, of lists in one another.
 *
 * @example
 * ```ts
 * import { fromKinesis, json } from 'rxjs-kinesis';
 *
 * interface Order {
 *   readonly id: string;
 *   readonly total: number;
 * }
 *
 * fromKinesis('orders', { codec: json<Order>() }).subscribe((record) => console.log(record.data.total));
 * ```
 */
export function json<T = unknown>(): Codec<T> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    name: 'json',
    decode: (data) => JSON.parse(decoder.decode(data)) as T,
    encode: (value) => Buffer.from(writeJson(value, 'value'), 'utf8'),
  };
}
