/** How far a value may be from what is told of it, relative to it. */
const ERROR = 0.01;
const GAMMA = (1 + ERROR) / (1 - ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** What is above counts as this. From {@link SMALLEST} on there are some 2,400 buckets. */
const LARGEST = 1e12;
/** Room is made for so many buckets at a time. */
const STEP = 64;

/** What is nearer to 0 has no bucket. */
export const SMALLEST = 1e-9;

/** How many values, from {@link SMALLEST}, lie in each of the buckets whose bounds grow by 2 %. */
export class LogBuckets {
  /** Counts of the buckets from `#first` on. */
  #counts = new Float64Array(0);
  #first = 0;
  #total = 0;

  /** How many values there are. */
  get total(): number {
    return this.#total;
  }

  /** How many buckets there is room for. */
  get length(): number {
    return this.#counts.length;
  }

  add(value: number, times: number): void {
    this.#total += times;
    const bucket = Math.ceil(Math.log(Math.min(value, LARGEST)) / LOG_GAMMA);
    const count = this.#counts[bucket - this.#first];
    if (count === undefined) this.#makeRoom(bucket);
    this.#counts[bucket - this.#first] = (count ?? 0) + times;
  }

  /** The value, within 1 % of it, that has `rank` values before it. */
  at(rank: number): number {
    let left = rank;
    let at = 0;
    while (at < this.#counts.length - 1 && (left -= this.#counts[at] ?? 0) >= 0) at += 1;
    return (2 * GAMMA ** (at + this.#first)) / (GAMMA + 1);
  }

  #makeRoom(bucket: number): void {
    const start = Math.floor(bucket / STEP) * STEP;
    const isEmpty = this.#counts.length === 0;
    const first = isEmpty ? start : Math.min(start, this.#first);
    const end = Math.max(start + STEP, isEmpty ? start : this.#first + this.#counts.length);
    const counts = new Float64Array(end - first);
    counts.set(this.#counts, isEmpty ? 0 : this.#first - first);
    this.#counts = counts;
    this.#first = first;
  }
}
