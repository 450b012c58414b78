import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';

/** When results are told: as they come, or in the order of the inputs. */
export class ResultOrder<T> {
  readonly #inputs: Fifo<Entry<T>> | undefined;

  constructor(order: 'completion' | 'input') {
    this.#inputs = order === 'input' ? new Fifo() : undefined;
  }

  /** An input whose result will come. */
  expect(entry: Entry<T>): void {
    this.#inputs?.push(entry);
  }

  /** These have their results: returns those whose results are to be told now, in order. */
  add(entries: readonly Entry<T>[]): readonly Entry<T>[] {
    if (!this.#inputs) return entries;
    const told: Entry<T>[] = [];
    for (let { first } = this.#inputs; first?.result; { first } = this.#inputs) {
      this.#inputs.shift();
      told.push(first);
    }
    return told;
  }

  clear(): void {
    this.#inputs?.clear();
  }
}
