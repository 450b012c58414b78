import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH } from './plainValue.ts';

const TIMESTAMP = 0xff;
const ENDS = 'the data ends within it';

/** What a head announces: so many bytes of its own, and so many values inside. */
interface Head {
  readonly size: number;
  readonly bytes: number;
  readonly values?: number;
  readonly kind?: 'str' | 'ext';
}

/**
 * Checks that `data` is one MessagePack value and nothing more, in plain MessagePack: of the extensions, only the timestamp that the specification has.
 * It goes over the data once and makes nothing of it: so a decoder that trusts lengths can be let at it afterwards.
 *
 * @throws SyntaxError naming the offset of the byte that is wrong
 */
export function checkMessagePack(data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // For each container that is open, how many values it still needs.
  const open: number[] = [];
  let at = 0;
  let needed = 1;
  while (needed > 0) {
    if (at >= data.length) throw wrong(at, 'a value was expected; got the end of the data');
    const { size, bytes, values = 0, kind } = headAt(view, at);
    const body = at + size;
    if (bytes > data.length - body) throw wrong(at, `${bytes} bytes are announced; ${ENDS}`);
    if (values > data.length - body) throw wrong(at, `${values} values are announced; ${ENDS}`);
    if (kind === 'str') checkText(data, at, body, body + bytes);
    if (kind === 'ext') checkExtension(data, at, body - 1, bytes);
    needed -= 1;
    if (values > 0) {
      if (open.push(needed) > MAX_DEPTH) throw wrong(at, `values are nested more than ${MAX_DEPTH} deep`);
      needed = values;
    }
    at = body + bytes;
    while (needed === 0 && open.length > 0) needed = open.pop() ?? 0;
  }
  if (at < data.length) throw wrong(at, `the value ends here, and ${data.length - at} bytes follow`);
}

/** Reads a head, by the table of formats of https://github.com/msgpack/msgpack/blob/master/spec.md. */
function headAt(view: DataView, at: number): Head {
  const first = view.getUint8(at);
  if (first <= 0x7f || first >= 0xe0) return { size: 1, bytes: 0 };
  if (first <= 0x8f) return { size: 1, bytes: 0, values: (first & 0x0f) * 2 };
  if (first <= 0x9f) return { size: 1, bytes: 0, values: first & 0x0f };
  if (first <= 0xbf) return { size: 1, bytes: first & 0x1f, kind: 'str' };
  if (first === 0xc1) throw wrong(at, '0xc1 starts no value');
  if (first <= 0xc3) return { size: 1, bytes: 0 };
  if (first <= 0xc6) return sized(view, at, first - 0xc4);
  if (first <= 0xc9) return { ...sized(view, at, first - 0xc7, 1), kind: 'ext' };
  if (first <= 0xcb) return { size: 1, bytes: first === 0xca ? 4 : 8 };
  if (first <= 0xcf) return { size: 1, bytes: 2 ** (first - 0xcc) };
  if (first <= 0xd3) return { size: 1, bytes: 2 ** (first - 0xd0) };
  if (first <= 0xd8) return { size: 2, bytes: 2 ** (first - 0xd4), kind: 'ext' };
  if (first <= 0xdb) return { ...sized(view, at, first - 0xd9), kind: 'str' };
  const { size, bytes } = sized(view, at, 1 + (first & 1));
  return { size, bytes: 0, values: first >= 0xde ? bytes * 2 : bytes };
}

/** A head whose length stands in 1, 2 or 4 bytes (`power` 0, 1 or 2), with `more` bytes behind it. */
function sized(view: DataView, at: number, power: number, more = 0): Head {
  const width = 2 ** power;
  if (at + 1 + width + more > view.byteLength) throw wrong(at, `a length was expected; ${ENDS}`);
  const bytes = power === 0 ? view.getUint8(at + 1) : power === 1 ? view.getUint16(at + 1) : view.getUint32(at + 1);
  return { size: 1 + width + more, bytes };
}

function checkText(data: Uint8Array, at: number, start: number, end: number): void {
  for (let n = start; n < end; n += 1) {
    if ((data[n] ?? 0) < 0x80) continue;
    if (!isUtf8(data.subarray(start, end))) throw wrong(at, 'the string is not well-formed UTF-8');
    return;
  }
}

function checkExtension(data: Uint8Array, at: number, typeAt: number, bytes: number): void {
  const type = data[typeAt];
  if (type === TIMESTAMP && (bytes === 4 || bytes === 8 || bytes === 12)) return;
  const what = type === TIMESTAMP ? `a timestamp of ${bytes} bytes` : `extension type ${((type ?? 0) << 24) >> 24}`;
  throw wrong(at, `${what} is not plain MessagePack, which has timestamps of 4, 8 or 12 bytes as its only extension`);
}

function wrong(offset: number, what: string): SyntaxError {
  return new SyntaxError(`byte ${offset}: ${what}`);
}
