import type { Entry } from '../../src/producer/Entry.ts';
import type { BatchLimits, EntryQueue } from '../../src/producer/EntryQueue.ts';

/** What an `EntryQueue` does, in the plainest way: one array, sorted and searched each time. No two entries may arrive at the same time. */
export class NaiveEntryQueue<T> implements Pick<EntryQueue<T>, keyof EntryQueue<T>> {
  readonly #limits: BatchLimits;
  #entries: Entry<T>[] = [];
  #due = new Set<Entry<T>>();

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#entries.length;
  }

  get first(): Entry<T> | undefined {
    return this.#entries[0];
  }

  get firstLingering(): Entry<T> | undefined {
    return this.#entries.find((entry) => !this.#due.has(entry));
  }

  push(entry: Entry<T>): void {
    this.#entries.push(entry);
  }

  putBack(entries: readonly Entry<T>[]): void {
    this.#entries = [...this.#entries, ...entries].sort((one, other) => one.arrivedAt - other.arrivedAt);
    for (const entry of entries) this.#due.add(entry);
  }

  flush(): void {
    this.#due = new Set(this.#entries);
  }

  take(): Entry<T>[] | undefined {
    const { maxBatchRecords, maxBatchBytes } = this.#limits;
    const isFull = this.length >= maxBatchRecords || bytesOf(this.#entries) >= maxBatchBytes;
    if (!isFull && !this.#entries.some((entry) => this.#due.has(entry))) return undefined;
    let count = Math.min(this.length, maxBatchRecords);
    while (count > 1 && bytesOf(this.#entries.slice(0, count)) > maxBatchBytes) count--;
    return this.#remove(this.#entries.slice(0, count));
  }

  takeArrivedUntil(time: number): Entry<T>[] {
    return this.#remove(this.#entries.filter(({ arrivedAt }) => arrivedAt <= time));
  }

  clear(): void {
    this.#remove(this.#entries);
  }

  #remove(entries: Entry<T>[]): Entry<T>[] {
    this.#entries = this.#entries.filter((entry) => !entries.includes(entry));
    for (const entry of entries) this.#due.delete(entry);
    return entries;
  }
}

function bytesOf(entries: readonly Entry<unknown>[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
