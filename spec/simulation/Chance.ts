import { seededRandom } from '../../src/internal/seededRandom.ts';

/** Dice of a seed. */
export class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  /** An integer from `min` to `max`. */
  from(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  of<T>(...items: readonly T[]): T {
    return items[this.from(0, items.length - 1)]!;
  }
}
