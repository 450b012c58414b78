import { isUtf8 } from 'node:buffer';
import { wrongByte } from '../wrongByte.ts';
import { checkKey } from './checkKey.ts';
import { headAt } from './headAt.ts';
import { MAX_DEPTH } from './plainValue.ts';

const TIMESTAMP = 0xff;
const ENDS = 'the data ends within it';

/** What still has values to come. Before a key of a map, their number is even. */
interface Container {
  readonly isMap: boolean;
  needed: number;
}

/**
 * Checks that `data` is one MessagePack value and nothing more, in plain MessagePack: of the extensions, only the timestamp that the specification has; as
 * keys of maps, only strings and numbers.
 * It goes over the data once and makes nothing of it: so a decoder that trusts lengths can be let at it afterwards.
 *
 * @throws SyntaxError naming the offset of the byte that is wrong
 */
export function checkMessagePack(data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const open: Container[] = [];
  let inner: Container = { isMap: false, needed: 1 };
  let at = 0;
  while (inner.needed > 0) {
    if (at >= data.length) throw wrongByte(at, 'a value was expected; got the end of the data');
    const head = headAt(view, at);
    const { size, bytes, values = 0, kind } = head;
    const body = at + size;
    if (bytes > data.length - body) throw wrongByte(at, `${bytes} bytes are announced; ${ENDS}`);
    if (values > data.length - body) throw wrongByte(at, `${values} values are announced; ${ENDS}`);
    if (inner.isMap && inner.needed % 2 === 0) checkKey(data, at, head);
    if (kind === 'string') checkText(data, at, body, body + bytes);
    if (kind === 'extension') checkExtension(data, at, body - 1, bytes);
    inner.needed -= 1;
    if (values > 0) {
      if (open.push(inner) > MAX_DEPTH) throw wrongByte(at, `values are nested more than ${MAX_DEPTH} deep`);
      inner = { isMap: kind === 'map', needed: values };
    }
    at = body + bytes;
    while (inner.needed === 0 && open.length > 0) inner = open.pop() ?? inner;
  }
  if (at < data.length) throw wrongByte(at, `the value ends here, and ${data.length - at} bytes follow`);
}

function checkText(data: Uint8Array, at: number, start: number, end: number): void {
  for (let n = start; n < end; n += 1) {
    if ((data[n] ?? 0) < 0x80) continue;
    if (!isUtf8(data.subarray(start, end))) throw wrongByte(at, 'the string is not well-formed UTF-8');
    return;
  }
}

function checkExtension(data: Uint8Array, at: number, typeAt: number, bytes: number): void {
  const type = data[typeAt];
  if (type === TIMESTAMP && (bytes === 4 || bytes === 8 || bytes === 12)) return;
  const what = type === TIMESTAMP ? `a timestamp of ${bytes} bytes` : `extension type ${((type ?? 0) << 24) >> 24}`;
  throw wrongByte(
    at,
    `${what} is not plain MessagePack, which has timestamps of 4, 8 or 12 bytes as its only extension`,
  );
}
