import { describe } from '../internal/checkNumber.ts';
import type { Codec } from './Codec.ts';

/**
 * Reads and writes strings as UTF-8, every character kept, a byte order mark included.
 *
 * Nothing is replaced: decoding throws a `TypeError` for bytes that are not well-formed UTF-8 (RFC 3629), and encoding for a string
 * with a lone surrogate, which UTF-8 cannot carry, and for what is no string.
 *
 * @example
 * ```ts
 * import { fromKinesis, text } from 'rxjs-kinesis';
 *
 * fromKinesis('lines', { codec: text() }).subscribe((record) => console.log(record.data.trimEnd()));
 * ```
 */
export function text(): Codec<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    name: 'text',
    decode: (data) => decoder.decode(data),
    encode(value: unknown) {
      if (typeof value !== 'string') throw new TypeError(`value must be a string; got ${describe(value)}`);
      if (!value.isWellFormed()) throw new TypeError('value must be well-formed Unicode; got a lone surrogate');
      return Buffer.from(value, 'utf8');
    },
  };
}
