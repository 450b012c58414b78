import type { BlobPlace } from './decodeBlobs.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LAST_ASCII = 0x7f;

const NAMES = (['Data', 'PartitionKey', 'ExplicitHashKey', 'Records', 'StreamName', 'StreamARN'] as const).map(
  (name) => ({ name, json: Buffer.from(JSON.stringify(name)) }),
);

type Name = (typeof NAMES)[number]['name'];
type Flat = Partial<Record<Name, unknown>>;

/** A request without the contents of its blobs, and where those are. */
export interface FlatBody {
  readonly input: object;
  readonly blobs: readonly BlobPlace[];
}

/**
 * Reads a request that puts records without making strings of its base64, which the parser of JSON would.
 *
 * It knows the members that such a request has, each of them once and text without a backslash, and the list of its records.
 * Undefined for everything else, right or wrong: then the request has to be parsed.
 */
export function readFlatBody(body: Buffer): FlatBody | undefined {
  // Without a backslash, a string ends at the next quote.
  if (body.includes(BACKSLASH)) return undefined;
  const reader = new FlatReader(body);
  const input = reader.readObject(true);
  if (!input || !reader.isAtEnd) return undefined;
  // What is called Data beside a list of records is no blob.
  return input.Records !== undefined && input.Data !== undefined ? undefined : { input, blobs: reader.blobs };
}

class FlatReader {
  readonly blobs: BlobPlace[] = [];
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#body.length;
  }

  readObject(isWhole: boolean): Flat | undefined {
    if (!this.#take(OPEN_OBJECT)) return undefined;
    const object: Flat = {};
    if (this.#take(CLOSE_OBJECT)) return object;
    do {
      const name = this.#takeName();
      if (name === undefined || object[name] !== undefined || !this.#take(COLON)) return undefined;
      const value = name !== 'Records' ? this.#readText(name, object) : isWhole ? this.#readList() : undefined;
      if (value === undefined) return undefined;
      object[name] = value;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_OBJECT) ? object : undefined;
  }

  #readList(): Flat[] | undefined {
    if (!this.#take(OPEN_LIST)) return undefined;
    const list: Flat[] = [];
    if (this.#take(CLOSE_LIST)) return list;
    do {
      const element = this.readObject(false);
      if (!element) return undefined;
      list.push(element);
    } while (this.#take(COMMA));
    return this.#take(CLOSE_LIST) ? list : undefined;
  }

  /** A string; that of a blob is left where it is, for whoever decodes it. */
  #readText(name: Name, holder: Flat): string | undefined {
    if (!this.#take(QUOTE)) return undefined;
    return name === 'Data' ? this.#passBlob(holder) : this.#readShort();
  }

  #passBlob(holder: Flat): string | undefined {
    const start = this.#at;
    const end = this.#body.indexOf(QUOTE, start);
    if (end === -1) return undefined;
    this.#at = end + 1;
    this.blobs.push({ holder, start, end });
    return '';
  }

  /** A text that is mostly so short that a call to find its end would cost more than looking for it here. */
  #readShort(): string | undefined {
    const body = this.#body;
    const start = this.#at;
    let end = start;
    let isAscii = true;
    for (let byte = body[end]; byte !== QUOTE; byte = body[end]) {
      if (byte === undefined || byte < SPACE) return undefined;
      if (byte > LAST_ASCII) isAscii = false;
      end += 1;
    }
    this.#at = end + 1;
    return body.toString(isAscii ? 'latin1' : 'utf8', start, end);
  }

  #takeName(): Name | undefined {
    this.#skipSpace();
    const body = this.#body;
    const at = this.#at;
    for (const { name, json } of NAMES) {
      // Told apart by their first letters, but for two.
      if (body[at + 1] !== json[1]) continue;
      let matched = 0;
      while (matched < json.length && body[at + matched] === json[matched]) matched += 1;
      if (matched === json.length) {
        this.#at = at + matched;
        return name;
      }
    }
    return undefined;
  }

  #take(byte: number): boolean {
    if (this.#body[this.#at] !== byte) {
      this.#skipSpace();
      if (this.#body[this.#at] !== byte) return false;
    }
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    const body = this.#body;
    let at = this.#at;
    let byte = body[at];
    while (byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB) byte = body[(at += 1)];
    this.#at = at;
  }
}
