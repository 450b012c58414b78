import { delimitedBytes, writeVarint } from './wireFormat.ts';

/** Keys up to this length are faster written, and measured, without a call out of JavaScript. */
const SHORT = 64;

/** Keys in the order in which they were first added, each once. A Map: in an object, keys that look like integers would come first. */
export class KeyTable {
  /** What the table takes in the message. */
  bytes = 0;
  readonly #tag: number;
  readonly #indexes = new Map<string, number>();
  readonly #lengths: number[] = [];

  constructor(tag: number) {
    this.#tag = tag;
  }

  get size(): number {
    return this.#lengths.length;
  }

  /** The key's place, if it is there. */
  indexOf(key: string): number | undefined {
    return this.#indexes.get(key);
  }

  /** The key's place, which is new if it was not there. */
  add(key: string): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.#lengths.length;
    const length = utf8Bytes(key);
    this.#indexes.set(key, index);
    this.#lengths.push(length);
    this.bytes += delimitedBytes(length);
    return index;
  }

  /** Writes the table, and returns where it ends. */
  write(target: Buffer, from: number): number {
    let at = from;
    let index = 0;
    for (const key of this.#indexes.keys()) {
      const length = this.#lengths[index++] ?? 0;
      target[at++] = this.#tag;
      at = writeVarint(target, at, length);
      if (length === key.length && length <= SHORT) {
        for (let i = 0; i < length; i += 1) target[at + i] = key.charCodeAt(i);
      } else {
        target.write(key, at, length);
      }
      at += length;
    }
    return at;
  }
}

/** How many bytes the key takes in UTF-8. */
export function utf8Bytes(key: string): number {
  if (key.length > SHORT) return Buffer.byteLength(key);
  for (let i = 0; i < key.length; i += 1) if (key.charCodeAt(i) >= 0x80) return Buffer.byteLength(key);
  return key.length;
}
