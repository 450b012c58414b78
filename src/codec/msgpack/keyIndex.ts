import type { Head } from './headAt.ts';

const MAX_DIGITS = 4;

/** Which element of an object a key is to JavaScript, as `7` and `"7"` are element 7: -1 if it is none, or one far beyond those that stand side by side. */
export function keyIndex(view: DataView, at: number, head: Head): number {
  const index = head.kind === 'string' ? textIndex(view, at + head.size, head.bytes) : numberAt(view, at);
  return Number.isInteger(index) && index < 10 ** MAX_DIGITS ? index : -1;
}

function textIndex(view: DataView, start: number, bytes: number): number {
  if (bytes === 0 || bytes > MAX_DIGITS) return -1;
  let index = 0;
  for (let at = start; at < start + bytes; at += 1) {
    const digit = view.getUint8(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    index = index * 10 + digit;
  }
  return index;
}

function numberAt(view: DataView, at: number): number {
  const first = view.getUint8(at);
  const body = at + 1;
  switch (first) {
    case 0xca:
      return view.getFloat32(body);
    case 0xcb:
      return view.getFloat64(body);
    case 0xcc:
      return view.getUint8(body);
    case 0xcd:
      return view.getUint16(body);
    case 0xce:
      return view.getUint32(body);
    case 0xcf:
      return Number(view.getBigUint64(body));
    case 0xd0:
      return view.getInt8(body);
    case 0xd1:
      return view.getInt16(body);
    case 0xd2:
      return view.getInt32(body);
    case 0xd3:
      return Number(view.getBigInt64(body));
    default:
      return first <= 0x7f ? first : -1;
  }
}
