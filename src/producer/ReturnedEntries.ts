import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';
import { Heap } from './Heap.ts';

/** The records that came back to be sent again, the oldest first, merged from the batches in which they came. */
export class ReturnedEntries<T> {
  readonly #batches = new Heap<Fifo<Entry<T>>>((batch) => batch.first?.arrivedAt ?? Infinity);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Entry<T> | undefined {
    return this.#batches.least?.first;
  }

  /** @param entries the oldest first */
  add(entries: readonly Entry<T>[]): void {
    if (entries.length > 0) this.#batches.push(new Fifo(entries));
    this.#length += entries.length;
  }

  shift(): Entry<T> | undefined {
    const batch = this.#batches.least;
    if (!batch) return undefined;
    const entry = batch.shift();
    if (batch.length === 0) this.#batches.shift();
    else this.#batches.moveLeast();
    this.#length--;
    return entry;
  }

  clear(): void {
    this.#batches.clear();
    this.#length = 0;
  }
}
