import { wrongByte } from './wrongByte.ts';

/** An item of a batch, and the offset behind its comma. */
export interface Netstring {
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** As many digits as any length can have that a record can hold. */
const MAX_DIGITS = 10;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const COMMA = 0x2c;

/**
 * Reads the netstring at `start`.
 *
 * @throws SyntaxError naming the offset of the byte that is wrong
 */
export function netstringAt(data: Uint8Array, start: number): Netstring {
  let at = start;
  let size = 0;
  for (; isDigit(data[at]); at += 1) {
    if (at - start === MAX_DIGITS) throw wrongByte(start, `a length has at most ${MAX_DIGITS} digits`);
    size = size * 10 + (data[at] ?? ZERO) - ZERO;
  }
  if (at === start) throw wrongByte(at, `a length in decimal digits was expected; got ${nameByte(data[at])}`);
  if (at - start > 1 && data[start] === ZERO) throw wrongByte(start, 'a length must have no leading zero');
  if (data[at] !== COLON) throw wrongByte(at, `":" was expected after the length; got ${nameByte(data[at])}`);
  const first = at + 1;
  const end = first + size;
  if (end >= data.length) {
    throw wrongByte(
      start,
      `the length is ${size}, and only ${data.length - first} bytes follow for the item and its comma`,
    );
  }
  if (data[end] !== COMMA) throw wrongByte(end, `"," was expected after the item; got ${nameByte(data[end])}`);
  return { bytes: data.subarray(first, end), end: end + 1 };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function nameByte(byte: number | undefined): string {
  if (byte === undefined) return 'the end of the data';
  const hex = `0x${byte.toString(16).padStart(2, '0')}`;
  return byte > 0x20 && byte < 0x7f ? `${hex} (${String.fromCharCode(byte)})` : hex;
}
