import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';
import { ReturnedEntries } from './ReturnedEntries.ts';

export interface BatchLimits {
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
}

/**
 * The records that wait for a request, in the order in which they arrived: those that came back to be sent again, which are all older, before
 * those that were never sent.
 *
 * What came back is due, and so may be the first few of the others: they go with the next request that is free, however few they are.
 * The rest waits for company.
 */
export class EntryQueue<T> {
  readonly #limits: BatchLimits;
  readonly #returned = new ReturnedEntries<T>();
  readonly #fresh = new Fifo<Entry<T>>();
  /** How many of the fresh ones are due. */
  #due = 0;
  #bytes = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#returned.length + this.#fresh.length;
  }

  /** The oldest. */
  get first(): Entry<T> | undefined {
    return this.#returned.first ?? this.#fresh.first;
  }

  /** The first that is not due: the one that has waited longest for company. */
  get firstLingering(): Entry<T> | undefined {
    return this.#fresh.at(this.#due);
  }

  /** @param entry arrived no earlier than those before it */
  push(entry: Entry<T>): void {
    this.#fresh.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Takes entries back that it gave, in the order in which it gave them. */
  putBack(entries: readonly Entry<T>[]): void {
    this.#returned.add(entries);
    for (const { bytes } of entries) this.#bytes += bytes;
  }

  /** Makes due all that are here now, and none that come later. */
  flush(): void {
    this.#due = this.#fresh.length;
  }

  /** Takes the next batch, if it is full or some of it is due. */
  take(): Entry<T>[] | undefined {
    if (!this.#isFull && !this.#isDue) return undefined;
    const { maxBatchRecords, maxBatchBytes } = this.#limits;
    let room = maxBatchBytes;
    return this.#shiftWhile(({ bytes }, taken) => {
      // One that is too large for the limit goes alone.
      const fits = taken === 0 || (taken < maxBatchRecords && bytes <= room);
      room -= bytes;
      return fits;
    });
  }

  /** Takes the entries that arrived at `time` or before. */
  takeArrivedUntil(time: number): Entry<T>[] {
    return this.#shiftWhile(({ arrivedAt }) => arrivedAt <= time);
  }

  clear(): void {
    this.#returned.clear();
    this.#fresh.clear();
    this.#due = 0;
    this.#bytes = 0;
  }

  get #isFull(): boolean {
    const { maxBatchRecords, maxBatchBytes } = this.#limits;
    return this.length >= maxBatchRecords || this.#bytes >= maxBatchBytes;
  }

  get #isDue(): boolean {
    return this.#returned.length > 0 || this.#due > 0;
  }

  #shiftWhile(isWanted: (entry: Entry<T>, taken: number) => boolean): Entry<T>[] {
    const taken: Entry<T>[] = [];
    for (let { first } = this; first && isWanted(first, taken.length); { first } = this) {
      this.#shift();
      this.#bytes -= first.bytes;
      taken.push(first);
    }
    return taken;
  }

  #shift(): void {
    if (this.#returned.shift()) return;
    this.#fresh.shift();
    this.#due = Math.max(0, this.#due - 1);
  }
}
