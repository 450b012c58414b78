import { seededRandom } from '../../internal/seededRandom.ts';

/** What the service's shard iterators and next tokens begin with. */
const PREFIX = [0, 0, 0, 0, 0, 0, 0, 1];
/** The service's tokens have about this length. */
const LEAST_BYTES = 136;
const CHECK_BYTES = 4;
const SEPARATOR = '/';
const MASK_BYTES = 4_096;

/**
 * Writes shard iterators and next tokens that nobody can read by eye, and reads back only what it wrote itself.
 *
 * They are masked, not encrypted: a fake has no secrets, and writes one for each answer of GetRecords.
 */
export class OpaqueTokens {
  readonly #mask: Buffer;
  readonly #seed: number;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#seed = seed;
    this.#mask = Buffer.from(Array.from({ length: MASK_BYTES }, () => Math.floor(random() * 256)));
  }

  write(kind: string, fields: readonly (string | number)[]): string {
    const text = `${kind}${SEPARATOR}${fields.join(SEPARATOR)}${SEPARATOR}`;
    const length = Math.max(LEAST_BYTES, PREFIX.length + CHECK_BYTES + Buffer.byteLength(text));
    const bytes = Buffer.alloc(length, 0x20);
    bytes.set(PREFIX);
    bytes.write(text, PREFIX.length + CHECK_BYTES);
    const check = this.#check(bytes);
    bytes.writeUInt32BE(check, PREFIX.length);
    this.#applyMask(bytes, check);
    return bytes.toString('base64');
  }

  /** The fields of a token of that kind; undefined for anything else. */
  read(kind: string, token: string): readonly string[] | undefined {
    const bytes = Buffer.from(token, 'base64');
    if (token.length !== Math.ceil(bytes.length / 3) * 4) return undefined;
    if (bytes.length < LEAST_BYTES || PREFIX.some((byte, index) => bytes[index] !== byte)) return undefined;
    const check = bytes.readUInt32BE(PREFIX.length);
    this.#applyMask(bytes, check);
    if (this.#check(bytes) !== check) return undefined;
    const [found, ...fields] = bytes.toString('utf8', PREFIX.length + CHECK_BYTES).split(SEPARATOR);
    return found === kind ? fields.slice(0, -1) : undefined;
  }

  #applyMask(bytes: Buffer, offset: number): void {
    for (let at = PREFIX.length + CHECK_BYTES; at < bytes.length; at += 1) {
      bytes[at] = (bytes[at] ?? 0) ^ (this.#mask[(offset + at) % MASK_BYTES] ?? 0);
    }
  }

  /** FNV-1a over the text. */
  #check(bytes: Buffer): number {
    let check = 0x811c9dc5 ^ this.#seed;
    for (let at = PREFIX.length + CHECK_BYTES; at < bytes.length; at += 1) {
      check = Math.imul(check ^ (bytes[at] ?? 0), 0x01000193);
    }
    return check >>> 0;
  }
}
