import { isUtf8 } from 'node:buffer';
import { wrongByte } from '../wrongByte.ts';
import { checkKey } from './checkKey.ts';
import { headAt } from './headAt.ts';
import { keyIndex } from './keyIndex.ts';
import { MAX_DEPTH } from './plainValue.ts';

const TIMESTAMP = 0xff;
/** By how much V8 lets an element of an object lie beyond its room before it stores them sparsely. */
const MAX_GAP = 1_040;
/** How many elements of room take as much as a value: an element has 8 bytes, and there is half as much room again as was asked for. */
const ELEMENTS_A_VALUE = 4;
const ENDS = 'the data ends within it';

/** What still has values to come: before a key of a map, their number is even. An object has room for the elements up to the greatest, `top`. */
interface Container {
  readonly isMap: boolean;
  needed: number;
  top: number;
}

/**
 * Checks that `data` is one MessagePack value and nothing more, in plain MessagePack: of the extensions, only the timestamp that the specification has; as
 * keys of maps, only strings and numbers.
 * It goes over the data once and makes nothing of it: so a decoder that trusts lengths can be let at it afterwards.
 *
 * An object with an element 300 has room for all below it, so each 4 elements of room count as a value.
 *
 * @throws SyntaxError naming the offset of the byte that is wrong; RangeError naming that of the first value past `maxValues`
 */
export function checkMessagePack(data: Uint8Array, maxValues: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const open: Container[] = [];
  let inner: Container = { isMap: false, needed: 1, top: 0 };
  let count = 0;
  let at = 0;
  while (inner.needed > 0) {
    if (at >= data.length) throw wrongByte(at, 'a value was expected; got the end of the data');
    const head = headAt(view, at);
    const { size, bytes, values = 0, kind } = head;
    const body = at + size;
    if (bytes > data.length - body) throw wrongByte(at, `${bytes} bytes are announced; ${ENDS}`);
    if (values > data.length - body) throw wrongByte(at, `${values} values are announced; ${ENDS}`);
    count += 1;
    if (inner.isMap && inner.needed % 2 === 0) {
      checkKey(data, at, head);
      count += makeRoom(inner, keyIndex(view, at, head)) / ELEMENTS_A_VALUE;
    }
    if (count > maxValues) throw tooMany(at, maxValues);
    if (kind === 'string') checkText(data, at, body, body + bytes);
    if (kind === 'extension') checkExtension(data, at, body - 1, bytes);
    inner.needed -= 1;
    if (values > 0) {
      if (open.push(inner) > MAX_DEPTH) throw wrongByte(at, `values are nested more than ${MAX_DEPTH} deep`);
      inner = { isMap: kind === 'map', needed: values, top: 0 };
    }
    at = body + bytes;
    while (inner.needed === 0 && open.length > 0) inner = open.pop() ?? inner;
  }
  if (at < data.length) throw wrongByte(at, `the value ends here, and ${data.length - at} bytes follow`);
}

/** Makes room for an element, and returns by how many the room has grown. */
function makeRoom(object: Container, index: number): number {
  const growth = index - object.top;
  if (growth <= 0 || growth > object.top / 2 + MAX_GAP) return 0;
  object.top = index;
  return growth;
}

function tooMany(offset: number, maxValues: number): RangeError {
  return new RangeError(
    `byte ${offset}: a value follows the first ${maxValues}, the bound of maxValues: give messagePack a greater one, at both ends, if so many are meant`,
  );
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
