import type { Codec } from './Codec.ts';
import { itemBound } from './itemBound.ts';
import { writeJson } from './writeJson.ts';

/** How much `jsonLines` reads and writes. */
export interface JsonLinesOptions {
  /** The most values of a record, 1 to 100,000,000: past it, decoding and encoding throw a `RangeError`, and the other lines are not read. Default 1,000,000. */
  readonly maxItems?: number;
}

/**
 * Reads and writes a list as newline-delimited JSON in UTF-8: each value on a line of its own, each line ended by a newline (https://jsonlines.org).
 *
 * The record is one, and so is its place in a checkpoint: it is settled as a whole, when all of its values are done. As with `json`, nothing
 * checks the values against `T`, and what comes back of each is what `JSON.parse` makes of what `JSON.stringify` wrote.
 *
 * An empty list is no bytes at all, and the reverse. Decoding takes lines that end with CRLF, a last line without an end, and a byte order mark, and
 * passes over blank lines. It throws a `SyntaxError` for a line that is not JSON and a `TypeError` for one that is not UTF-8: both name the
 * line, counted from 1, and nothing is made of the others. Encoding throws a `TypeError` that names the value for what JSON has no text for.
 *
 * @throws TypeError or RangeError when an option is wrong
 *
 * @example
 * ```ts
 * import { bufferCount, from } from 'rxjs';
 * import { jsonLines, toKinesis } from 'rxjs-kinesis';
 *
 * from([{ n: 1 }, { n: 2 }, { n: 3 }])
 *   .pipe(bufferCount(2), toKinesis('numbers', { codec: jsonLines<{ readonly n: number }>() }))
 *   .subscribe((result) => console.log(result.value.length));
 * ```
 */
export function jsonLines<T = unknown>(options: JsonLinesOptions = {}): Codec<T[]> {
  const bound = itemBound(options, 'jsonLines');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    name: 'jsonLines',
    decode(data) {
      const text = decodeText(decoder, data);
      const values: T[] = [];
      let line = 1;
      for (let start = 0; start < text.length; line += 1) {
        const newline = text.indexOf('\n', start);
        const end = newline < 0 ? text.length : newline;
        const row = text.slice(start, end);
        if (!BLANK.test(row)) {
          if (values.length === bound.maxItems) throw bound.passed(`line ${line}`);
          values.push(parseLine(row, line) as T);
        }
        start = end + 1;
      }
      return values;
    },
    encode: (list) =>
      Buffer.from(Array.from(bound.check(list), (value, n) => `${writeJson(value, `value[${n}]`)}\n`).join(''), 'utf8'),
  };
}

type Decoder = InstanceType<typeof TextDecoder>;

/** The white space of JSON. */
const BLANK = /^[ \t\r]*$/;

function parseLine(row: string, line: number): unknown {
  try {
    return JSON.parse(row);
  } catch (cause) {
    throw new SyntaxError(`line ${line} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function decodeText(decoder: Decoder, data: Uint8Array): string {
  try {
    return decoder.decode(data);
  } catch (cause) {
    throw new TypeError(`line ${malformedLine(decoder, data)} is not well-formed UTF-8`, { cause });
  }
}

/** The number of the first line that is not UTF-8. No character but a newline has a byte 0x0A. */
function malformedLine(decoder: Decoder, data: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < data.length; line += 1) {
    const newline = data.indexOf(0x0a, start);
    const end = newline < 0 ? data.length : newline;
    try {
      decoder.decode(data.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}
