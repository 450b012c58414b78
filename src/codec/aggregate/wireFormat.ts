/** The size of a varint: seven bits a byte. Nothing here reaches 2^31. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** The size of a field that is a number: its tag, and the varint. */
export const numberBytes = (value: number) => 1 + varintBytes(value);

/** The size of a field of so many bytes: its tag, its length, and they. */
export const delimitedBytes = (length: number) => 1 + varintBytes(length) + length;

/** Writes a varint, and returns where it ends. */
export function writeVarint(target: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}
