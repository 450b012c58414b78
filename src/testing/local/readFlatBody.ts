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
    const start = this.#at;
    const end = this.#body.indexOf(QUOTE, start);
    if (end === -1) return undefined;
    this.#at = end + 1;
    if (name === 'Data') {
      this.blobs.push({ holder, start, end });
      return '';
    }
    for (let at = start; at < end; at += 1) if ((this.#body[at] ?? 0) < SPACE) return undefined;
    return this.#body.toString('utf8', start, end);
  }

  #takeName(): Name | undefined {
    this.#skipSpace();
    for (const { name, json } of NAMES) {
      let matched = 0;
      while (matched < json.length && this.#body[this.#at + matched] === json[matched]) matched += 1;
      if (matched === json.length) {
        this.#at += matched;
        return name;
      }
    }
    return undefined;
  }

  #take(byte: number): boolean {
    this.#skipSpace();
    if (this.#body[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#body[this.#at];
      if (byte !== SPACE && byte !== TAB && byte !== LINE_FEED && byte !== CARRIAGE_RETURN) return;
      this.#at += 1;
    }
  }
}
