import { LogBuckets, SMALLEST } from './LogBuckets.ts';

/**
 * Counts values in buckets whose bounds grow by 2 %, so that any quantile is known within 1 % of itself, from 1e-9 to 1e12 and below 0 alike, in
 * memory that does not grow with the number of values: at most 20 KiB, twice that with negative ones (the idea of DDSketch, Masson et al., VLDB 2019).
 */
export class QuantileSketch {
  readonly #above = new LogBuckets();
  /** Of values below 0 without their sign. */
  readonly #below = new LogBuckets();
  #zeros = 0;

  /** How many buckets it holds. */
  get buckets(): number {
    return this.#above.length + this.#below.length;
  }

  add(value: number, times: number): void {
    if (value >= SMALLEST) this.#above.add(value, times);
    else if (value <= -SMALLEST) this.#below.add(-value, times);
    else this.#zeros += times;
  }

  /** The least value that at least the fraction `q` of the values does not exceed (nearest rank); NaN where there is none. */
  quantile(q: number): number {
    const below = this.#below.total;
    const count = below + this.#zeros + this.#above.total;
    if (count === 0) return NaN;
    const rank = Math.max(0, Math.ceil(q * count) - 1);
    if (rank < below) return -this.#below.at(below - 1 - rank);
    return rank < below + this.#zeros ? 0 : this.#above.at(rank - below - this.#zeros);
  }
}
