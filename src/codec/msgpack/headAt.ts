import { wrongByte } from '../wrongByte.ts';

/** What a head announces: a value of this kind, so many bytes of its own, and so many values inside. */
export interface Head {
  readonly size: number;
  readonly bytes: number;
  readonly values?: number;
  readonly kind: Kind;
}

type Kind = 'nil' | 'boolean' | 'number' | 'string' | 'binary' | 'array' | 'map' | 'extension';

/**
 * Reads the head of the value at `at`, by the table of formats of https://github.com/msgpack/msgpack/blob/master/spec.md.
 *
 * @throws SyntaxError naming the offset, when no value starts there or the head is cut
 */
export function headAt(view: DataView, at: number): Head {
  const first = view.getUint8(at);
  if (first <= 0x7f || first >= 0xe0) return { size: 1, bytes: 0, kind: 'number' };
  if (first <= 0x8f) return { size: 1, bytes: 0, values: (first & 0x0f) * 2, kind: 'map' };
  if (first <= 0x9f) return { size: 1, bytes: 0, values: first & 0x0f, kind: 'array' };
  if (first <= 0xbf) return { size: 1, bytes: first & 0x1f, kind: 'string' };
  if (first === 0xc1) throw wrongByte(at, '0xc1 starts no value');
  if (first <= 0xc3) return { size: 1, bytes: 0, kind: first === 0xc0 ? 'nil' : 'boolean' };
  if (first <= 0xc6) return { ...sized(view, at, first - 0xc4), kind: 'binary' };
  if (first <= 0xc9) return { ...sized(view, at, first - 0xc7, 1), kind: 'extension' };
  if (first <= 0xcb) return { size: 1, bytes: first === 0xca ? 4 : 8, kind: 'number' };
  if (first <= 0xcf) return { size: 1, bytes: 2 ** (first - 0xcc), kind: 'number' };
  if (first <= 0xd3) return { size: 1, bytes: 2 ** (first - 0xd0), kind: 'number' };
  if (first <= 0xd8) return { size: 2, bytes: 2 ** (first - 0xd4), kind: 'extension' };
  if (first <= 0xdb) return { ...sized(view, at, first - 0xd9), kind: 'string' };
  const { size, bytes } = sized(view, at, 1 + (first & 1));
  const isMap = first >= 0xde;
  return { size, bytes: 0, values: isMap ? bytes * 2 : bytes, kind: isMap ? 'map' : 'array' };
}

/** The size and the length of a head whose length stands in 1, 2 or 4 bytes (`power` 0, 1 or 2), with `more` bytes behind it. */
function sized(view: DataView, at: number, power: number, more = 0): Omit<Head, 'kind'> {
  const width = 2 ** power;
  if (at + 1 + width + more > view.byteLength) throw wrongByte(at, 'a length was expected; the data ends within it');
  const bytes = power === 0 ? view.getUint8(at + 1) : power === 1 ? view.getUint16(at + 1) : view.getUint32(at + 1);
  return { size: 1 + width + more, bytes };
}
