/** A uniform sample, of at most `size`, of what was observed since it was last taken (Vitter's algorithm R). */
export class Reservoir {
  readonly #size: number;
  #values: number[] = [];
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many were observed. */
  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#count++;
    if (this.#values.length < this.#size) {
      this.#values.push(value);
      return;
    }
    const place = Math.floor(Math.random() * this.#count);
    if (place < this.#size) this.#values[place] = value;
  }

  /** Returns the sample with the share of the observations that it is, and starts anew. */
  take(): { readonly values: readonly number[]; readonly rate: number } {
    const values = this.#values;
    const rate = this.#count === 0 ? 1 : values.length / this.#count;
    this.#values = [];
    this.#count = 0;
    return { values, rate };
  }
}
