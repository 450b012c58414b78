import { describe } from '../internal/checkNumber.ts';
import type { Codec } from './Codec.ts';

/**
 * Returns `codec` if it has what a codec needs.
 *
 * @throws TypeError naming the function that was called with it, and what was given
 */
export function checkCodec<T>(codec: Codec<T>, where: string): Codec<T> {
  const { decode, encode } = Object(codec) as Partial<Record<keyof Codec<T>, unknown>>;
  if (typeof decode === 'function' && typeof encode === 'function') return codec;
  throw new TypeError(`${where} needs a codec, with methods decode and encode, such as json(); got ${describe(codec)}`);
}
