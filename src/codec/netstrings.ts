import { nameCause } from '../internal/nameRecord.ts';
import { checkCodec } from './checkCodec.ts';
import type { Codec } from './Codec.ts';
import { itemBound } from './itemBound.ts';
import { netstringAt } from './netstringAt.ts';

/** How much `netstrings` reads and writes. */
export interface NetstringsOptions {
  /**
   * The most items of a record, 1 to 100,000,000: past it, decoding and encoding throw a `RangeError`. It bounds memory, as an item of no bytes takes
   * three bytes of the record and some hundred of the heap. Default 1,000,000.
   */
  readonly maxItems?: number;
}

/**
 * Reads and writes a list as netstrings (https://cr.yp.to/proto/netstrings.txt), each item by a codec of its own: `5:hello,` is the item of the five
 * bytes `hello`.
 *
 * Any codec will do for the items, binary ones too, as lengths say where an item ends. The record is one, and so is its place in a checkpoint:
 * it is settled as a whole, when all of its items are done. An empty list is no bytes at all, and the reverse.
 *
 * Decoding is strict. It throws a `SyntaxError` that names the offset of the byte where the framing is wrong, and an error that names the item and its offset
 * where the codec throws; nothing is made of the other items. Items are views of the record's bytes, not copies.
 *
 * @throws TypeError or RangeError when an argument is wrong
 *
 * @example
 * ```ts
 * import { bufferCount, from } from 'rxjs';
 * import { bytes, netstrings, toKinesis } from 'rxjs-kinesis';
 *
 * const samples: Uint8Array[] = [Uint8Array.of(1), Uint8Array.of(2, 3), Uint8Array.of(4)];
 *
 * from(samples)
 *   .pipe(bufferCount(100), toKinesis('samples', { codec: netstrings(bytes()) }))
 *   .subscribe();
 * ```
 */
export function netstrings<T>(codec: Codec<T>, options: NetstringsOptions = {}): Codec<T[]> {
  checkCodec(codec, 'netstrings');
  const bound = itemBound(options, 'netstrings');

  return {
    name: `netstrings(${codec.name})`,
    decode(data, context) {
      const items: T[] = [];
      for (let offset = 0; offset < data.length;) {
        if (items.length === bound.maxItems) throw bound.passed(`byte ${offset}`);
        const item = netstringAt(data, offset);
        try {
          items.push(codec.decode(item.bytes, context));
        } catch (cause) {
          throw new Error(`item ${items.length}, at byte ${offset}: ${nameCause(cause)}`, { cause });
        }
        offset = item.end;
      }
      return items;
    },
    encode(list, context) {
      const parts: Uint8Array[] = [];
      for (const [n, item] of bound.check(list).entries()) {
        let written: Uint8Array;
        try {
          written = codec.encode(item, context);
        } catch (cause) {
          throw new Error(`item ${n}: ${nameCause(cause)}`, { cause });
        }
        parts.push(Buffer.from(`${written.length}:`, 'latin1'), written, COMMA);
      }
      return Buffer.concat(parts);
    },
  };
}

const COMMA = Buffer.from(',', 'latin1');
