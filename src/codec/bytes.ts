import { describe } from '../internal/checkNumber.ts';
import type { Codec } from './Codec.ts';

/**
 * Leaves a record's data as the bytes that they are. Nothing is copied, in either direction.
 *
 * Encoding throws a `TypeError` for what is no `Uint8Array`.
 *
 * @example
 * ```ts
 * import { bytes, fromKinesis } from 'rxjs-kinesis';
 *
 * fromKinesis('pictures', { codec: bytes() }).subscribe((record) => console.log(record.data.byteLength));
 * ```
 */
export function bytes(): Codec<Uint8Array> {
  return {
    name: 'bytes',
    decode: (data) => data,
    encode(value: unknown) {
      if (!(value instanceof Uint8Array)) throw new TypeError(`value must be a Uint8Array; got ${describe(value)}`);
      return value;
    },
  };
}
