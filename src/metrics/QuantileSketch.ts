/** How far a quantile may be from the true one, relative to it. */
const ERROR = 0.01;
const GAMMA = (1 + ERROR) / (1 - ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** What is nearer to 0 counts as 0; what is above the largest counts as that. Between them lie some 2,400 buckets. */
const SMALLEST = 1e-9;
const LARGEST = 1e12;

/**
 * Counts values in buckets whose bounds grow by 2 %, so that any quantile is known within 1 % of itself, in memory that does not grow with the
 * number of values: at most 20 KiB (the idea of DDSketch, Masson et al., VLDB 2019).
 */
export class QuantileSketch {
  /** Counts of the buckets from `#first` on. */
  #counts: number[] = [];
  #first = 0;
  #zeros = 0;
  #count = 0;

  /** How many buckets it holds. */
  get buckets(): number {
    return this.#counts.length;
  }

  add(value: number, times: number): void {
    this.#count += times;
    if (value < SMALLEST) {
      this.#zeros += times;
      return;
    }
    const bucket = Math.ceil(Math.log(Math.min(value, LARGEST)) / LOG_GAMMA);
    const at = bucket - this.#first;
    const count = this.#counts[at];
    if (count === undefined) this.#grow(bucket, times);
    else this.#counts[at] = count + times;
  }

  /** The value below which the fraction `q` of the values lies; NaN where there is none. */
  quantile(q: number): number {
    if (this.#count === 0) return NaN;
    let rank = Math.floor(q * (this.#count - 1)) - this.#zeros;
    if (rank < 0) return 0;
    for (const [at, count] of this.#counts.entries()) {
      rank -= count;
      if (rank < 0) return (2 * GAMMA ** (at + this.#first)) / (GAMMA + 1);
    }
    return NaN;
  }

  #grow(bucket: number, times: number): void {
    if (this.#counts.length === 0) this.#first = bucket;
    const before = this.#first - bucket;
    if (before > 0) {
      this.#counts = [...new Array<number>(before).fill(0), ...this.#counts];
      this.#first = bucket;
    }
    while (this.#counts.length <= bucket - this.#first) this.#counts.push(0);
    const at = bucket - this.#first;
    this.#counts[at] = (this.#counts[at] ?? 0) + times;
  }
}
