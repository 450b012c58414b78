import { COUNTER_SHIFT, sequenceNumber } from './sequenceNumber.ts';

/** Digits in each of the lower parts of a number, and what such a part counts to. */
const DIGITS = 9;
const PART = 10 ** DIGITS;
const ZERO = 0x30;

const ONE = (1n << COUNTER_SHIFT).toString().padStart(3 * DIGITS, '0');
const [ONE_HIGH, ONE_MIDDLE, ONE_LOW] = partsOf(ONE);

/**
 * The sequence numbers of a shard, whose counters rise: each is the last one plus a step, added in decimals.
 *
 * Reckoned anew, as {@link sequenceNumber} does it, it takes most of the time that storing a record does.
 */
export class RisingSequence {
  readonly #base: bigint;
  #counter = NaN;
  #second = NaN;
  /** The digits of the last one, in ASCII; those above the three parts change seldom. */
  #digits = Buffer.alloc(0);
  #high = 0;
  #middle = 0;
  #low = 0;

  constructor(base: bigint) {
    this.#base = base;
  }

  /** The same as `sequenceNumber(base, counter, second)`. */
  at(counter: number, second: number): string {
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
        return this.#written();
      }
    }
    return this.#reckon(counter, second);
  }

  #reckon(counter: number, second: number): string {
    const digits = sequenceNumber(this.#base, counter, second);
    this.#second = second;
    this.#digits = Buffer.from(digits);
    [this.#high, this.#middle, this.#low] = partsOf(digits.slice(-3 * DIGITS));
    return digits;
  }

  /** Of digits in memory a string is made at once; added up of strings, it would be put together by whoever reads it. */
  #written(): string {
    const digits = this.#digits;
    const end = digits.length;
    writeDigits(this.#high, digits, end - 2 * DIGITS);
    writeDigits(this.#middle, digits, end - DIGITS);
    writeDigits(this.#low, digits, end);
    return digits.toString('latin1');
  }
}

function partsOf(digits: string): [high: number, middle: number, low: number] {
  return [0, 1, 2].map((part) => Number(digits.slice(part * DIGITS, (part + 1) * DIGITS))) as [number, number, number];
}

/** Writes the digits of a part so that they end before `end`. */
function writeDigits(part: number, into: Buffer, end: number): void {
  let rest = part;
  for (let at = end - 1; at >= end - DIGITS; at -= 1) {
    const tenth = (rest / 10) | 0;
    into[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
}
