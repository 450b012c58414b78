import { Packr } from 'msgpackr';
import { checkNames } from '../../internal/checkNames.ts';
import { checkNumber, type NumberRange } from '../../internal/checkNumber.ts';
import type { Codec } from '../Codec.ts';
import { checkMessagePack } from './checkMessagePack.ts';
import { plainValue } from './plainValue.ts';

/** How much `messagePack` reads and writes. */
export interface MessagePackOptions {
  /**
   * The most values of a record, 1 to 100,000,000: past it, decoding and encoding throw a `RangeError`. All count, keys of maps and what is in lists and maps
   * included; of a map that has small numbers as keys, so do the numbers that it leaves out, four as one. It bounds memory, as a value of one byte can take a hundred of the
   * heap. Default 1,000,000.
   */
  readonly maxValues?: number;
}

const NAMES: Readonly<Record<keyof MessagePackOptions, true>> = { maxValues: true };
const MAX_VALUES: NumberRange = { min: 1, max: 100_000_000 };
/** No byte counts as more values than this, whatever it is. */
const VALUES_A_BYTE = 200;

/**
 * Reads and writes MessagePack (https://msgpack.org) as other languages do, with the `msgpackr` package.
 *
 * `T` is what you say it is: nothing checks the data against it; `validated` does. It writes plain MessagePack, which every implementation reads: objects as maps,
 * no extension but the specification's timestamp. What comes back:
 *
 * | given                                       | written               | comes back as                                  |
 * | ------------------------------------------- | --------------------- | ---------------------------------------------- |
 * | a whole number, up to 2^53                  | the shortest of integers of up to 32 bits, else one of 64 | a number           |
 * | any other number                            | a float of 64 bits    | a number                                       |
 * | a `bigint`, from -2^63 to 2^64 - 1          | an integer of 64 bits | a number up to 2^53, a `bigint` beyond         |
 * | a `Uint8Array`                              | binary                | a `Uint8Array`                                 |
 * | a `Date`                                    | a timestamp           | a `Date`, in milliseconds                      |
 * | a `Map`                                     | a map                 | an object, whose keys are strings              |
 * | an object                                   | a map                 | an object, without fields that are `undefined` |
 * | what has a `toJSON`                         | what that returns     | that                                           |
 * | a `Number`, `String`, `Boolean`, `BigInt`   | the primitive in it   | that                                           |
 *
 * Some readers take only strings as keys of a map: give numbers as keys where those that read the stream take them.
 *
 * Decoding throws a `SyntaxError` that names the offset of the byte for what is not one whole value, for extensions, for malformed UTF-8, for
 * keys that are neither strings nor numbers, for a key `__proto__` and for values nested more than 512 deep, before any of it is made. Encoding throws a `TypeError` or a `RangeError` that names the place in the value for what has no such form:
 * a `Set`, a function, `undefined` in a list, a lone surrogate, an object of a class that has no fields, a `Map` with both 1 and "1" as keys. Of an object of a class
 * that has some, only those that are enumerable are written.
 *
 * @throws TypeError or RangeError when an option is wrong
 *
 * @example
 * ```ts
 * import { fromKinesis } from 'rxjs-kinesis';
 * import { messagePack } from 'rxjs-kinesis/msgpack';
 *
 * interface Order {
 *   readonly id: number;
 * }
 *
 * fromKinesis('orders', { codec: messagePack<Order>() }).subscribe((record) => console.log(record.data.id));
 * ```
 */
export function messagePack<T = unknown>(options: MessagePackOptions = {}): Codec<T> {
  checkNames(options, NAMES, 'messagePack');
  const maxValues = checkNumber('maxValues', options.maxValues ?? 1_000_000, MAX_VALUES);
  const packr = new Packr(PLAIN as Record<string, unknown>);
  return {
    name: 'messagePack',
    decode(data) {
      checkMessagePack(data, maxValues);
      return packr.unpack(data) as T;
    },
    encode(value) {
      const written = packr.pack(plainValue(value));
      if (written.length * VALUES_A_BYTE > maxValues) checkMessagePack(written, maxValues);
      return written;
    },
  };
}

/** 'auto' is a number where that is exact; the types of msgpackr lack it. */
const PLAIN = { useRecords: false, variableMapSize: true, mapsAsObjects: true, int64AsType: 'auto' };
