import { lastAtMost } from './lastAtMost.ts';

/** Numbers by index, of which neighbours are mostly the same: each is kept once a stretch. */
export class Stretches {
  readonly #starts: number[] = [];
  readonly #values: number[] = [];
  #latest = NaN;

  /** @param index greater than those before it; what lies between has the value of the one before */
  set(index: number, value: number): void {
    if (value === this.#latest) return;
    this.#latest = value;
    this.#starts.push(index);
    this.#values.push(value);
  }

  /** Undefined before the first. */
  at(index: number): number | undefined {
    return this.#values[lastAtMost(this.#starts, index)];
  }
}
