/**
 * A uniform sample, of at most `size`, of what was observed since it was last taken (Li's algorithm L, ACM TOMS 1994). Once it is full it knows
 * which observation is the next to enter, so that the others cost a comparison, however many come at once.
 */
export class Reservoir {
  readonly #size: number;
  #values: number[] = [];
  #count = 0;
  /** The greatest of `size` random numbers, were each observation given one and those with the least kept. */
  #threshold = 1;
  /** How many observations there are before the one that enters next. */
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many were observed. */
  get count(): number {
    return this.#count;
  }

  /** Adds `times` observations of one value. */
  add(value: number, times = 1): void {
    this.#count += times;
    while (this.#next < this.#count) this.#enter(value);
  }

  /** Returns the sample with the share of the observations that it is, and starts anew. */
  take(): { readonly values: readonly number[]; readonly rate: number } {
    const values = this.#values;
    const rate = this.#count === 0 ? 1 : values.length / this.#count;
    this.#values = [];
    this.#count = 0;
    this.#threshold = 1;
    this.#next = 0;
    return { values, rate };
  }

  #enter(value: number): void {
    this.#next += 1;
    if (this.#values.length < this.#size) this.#values.push(value);
    else this.#values[Math.floor(Math.random() * this.#size)] = value;
    if (this.#values.length < this.#size) return;
    this.#threshold *= chance() ** (1 / this.#size);
    this.#next += Math.floor(Math.log(chance()) / Math.log1p(-this.#threshold));
  }
}

/** A random number above 0, of which there is a logarithm. */
const chance = () => 1 - Math.random();
