import { COUNTER_SHIFT, SEQUENCE_DIGITS, sequenceNumber } from './sequenceNumber.ts';

/** Digits in each of the lower parts of a number, and what such a part counts to. */
const DIGITS = 9;
const PART = 10 ** DIGITS;
/** The digits above the three parts, which change seldom. */
const HEAD_DIGITS = SEQUENCE_DIGITS - 3 * DIGITS;

const ONE = (1n << COUNTER_SHIFT).toString().padStart(3 * DIGITS, '0');
const [ONE_HIGH, ONE_MIDDLE, ONE_LOW] = partsOf(ONE);

/** Three digits are written at a time: those of each number below a thousand, in ASCII. */
const GROUP = 1_000;
const GROUPS = Buffer.from(Array.from({ length: GROUP }, (_, group) => String(group).padStart(3, '0')).join(''));

/**
 * The sequence numbers of a shard, whose counters rise, and the text that stands around each of them: a number is the last one plus a step,
 * added in decimals.
 *
 * Reckoned anew, as {@link sequenceNumber} does it, it takes most of the time that storing a record does.
 */
export class RisingSequence {
  readonly #base: bigint;
  /** The text with the last number in it, of which the digits of the parts may be those of another. */
  readonly #line: Buffer;
  readonly #headAt: number;
  readonly #partsAt: number;
  #counter = NaN;
  #second = NaN;
  #high = 0;
  #middle = 0;
  #low = 0;

  /** The text around is ASCII. */
  constructor(base: bigint, before = '', after = '') {
    this.#base = base;
    this.#line = Buffer.from(before + '0'.repeat(SEQUENCE_DIGITS) + after);
    this.#headAt = before.length;
    this.#partsAt = before.length + HEAD_DIGITS;
  }

  /** So many bytes has the text with a number in it. */
  get length(): number {
    return this.#line.length;
  }

  /** Writes the text with `sequenceNumber(base, counter, second)` in it, from `at` on. */
  write(counter: number, second: number, into: Buffer, at: number): void {
    this.#moveTo(counter, second);
    into.set(this.#line, at);
    this.#writeParts(into, at + this.#partsAt);
  }

  /** The number alone. */
  digits(counter: number, second: number): string {
    this.#moveTo(counter, second);
    this.#writeParts(this.#line, this.#partsAt);
    return this.#line.toString('latin1', this.#headAt, this.#headAt + SEQUENCE_DIGITS);
  }

  #moveTo(counter: number, second: number): void {
    const step = counter - this.#counter;
    this.#counter = counter;
    if (second === this.#second && step > 0) {
      const low = this.#low + step * ONE_LOW;
      const middle = this.#middle + step * ONE_MIDDLE + Math.floor(low / PART);
      const high = this.#high + step * ONE_HIGH + Math.floor(middle / PART);
      // Not so after a carry into the head, nor after a step so great that a part of it is not exact.
      if (high < PART) {
        this.#low = low % PART;
        this.#middle = middle % PART;
        this.#high = high;
        return;
      }
    }
    const digits = sequenceNumber(this.#base, counter, second);
    this.#second = second;
    this.#line.write(digits.slice(0, HEAD_DIGITS), this.#headAt, 'latin1');
    [this.#high, this.#middle, this.#low] = partsOf(digits.slice(HEAD_DIGITS));
  }

  #writeParts(into: Buffer, at: number): void {
    writePart(this.#high, into, at);
    writePart(this.#middle, into, at + DIGITS);
    writePart(this.#low, into, at + 2 * DIGITS);
  }
}

function partsOf(digits: string): [high: number, middle: number, low: number] {
  return [0, 1, 2].map((part) => Number(digits.slice(part * DIGITS, (part + 1) * DIGITS))) as [number, number, number];
}

function writePart(part: number, into: Buffer, at: number): void {
  const high = (part / GROUP ** 2) | 0;
  const rest = part - high * GROUP ** 2;
  const middle = (rest / GROUP) | 0;
  writeGroup(high, into, at);
  writeGroup(middle, into, at + 3);
  writeGroup(rest - middle * GROUP, into, at + 6);
}

function writeGroup(group: number, into: Buffer, at: number): void {
  const from = group * 3;
  into[at] = GROUPS[from] ?? 0;
  into[at + 1] = GROUPS[from + 1] ?? 0;
  into[at + 2] = GROUPS[from + 2] ?? 0;
}
