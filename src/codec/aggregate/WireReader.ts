const [VARINT, FIXED64, DELIMITED, GROUP, GROUP_END, FIXED32] = [0, 1, 2, 3, 4, 5];
const MAX_VARINT_BYTES = 10;
const MAX_TAG = 0xffff_ffff;
/** Groups within groups, as far as the implementations of protobuf go. */
const MAX_DEPTH = 100;

/** Says of bytes that they are no message of protobuf. */
export const MALFORMED = -1;

/** Reads the wire format of protobuf from bytes that may be anything: whatever they say, it stays before `end`. */
export class WireReader {
  at: number;
  end: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The next varint, or MALFORMED; not exact beyond 2^53, where nothing valid is. */
  varint(): number {
    const bytes = this.#bytes;
    if (this.at >= this.end) return MALFORMED;
    let byte = bytes[this.at++] ?? 0;
    if (byte < 0x80) return byte;
    const last = Math.min(this.end, this.at - 1 + MAX_VARINT_BYTES);
    let value = byte & 0x7f;
    for (let scale = 0x80; this.at < last; scale *= 0x80) {
      byte = bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return MALFORMED;
  }

  /** The next tag: a field's number, and how its value is written. */
  tag(): number {
    const tag = this.varint();
    return tag >= 8 && tag <= MAX_TAG ? tag : MALFORMED;
  }

  /** The length of the value that begins here, all of which is there; or MALFORMED. */
  length(): number {
    const length = this.varint();
    return length <= this.end - this.at ? length : MALFORMED;
  }

  /** Passes over the value of a field; false if it is malformed. */
  skip(tag: number): boolean {
    if ((tag & 7) !== GROUP) return this.#skipValue(tag);
    const open = [tag >>> 3];
    while (open.length > 0) {
      const inner = this.tag();
      if (inner === MALFORMED) return false;
      if ((inner & 7) === GROUP) {
        if (open.push(inner >>> 3) > MAX_DEPTH) return false;
      } else if ((inner & 7) === GROUP_END) {
        if (open.pop() !== inner >>> 3) return false;
      } else if (!this.#skipValue(inner)) {
        return false;
      }
    }
    return true;
  }

  #skipValue(tag: number): boolean {
    switch (tag & 7) {
      case VARINT:
        return this.varint() !== MALFORMED;
      case DELIMITED: {
        const length = this.length();
        this.at += length;
        return length !== MALFORMED;
      }
      case FIXED64:
        this.at += 8;
        return this.at <= this.end;
      case FIXED32:
        this.at += 4;
        return this.at <= this.end;
      default:
        return false;
    }
  }
}
