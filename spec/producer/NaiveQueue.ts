import type { BatchLimits } from '../../src/producer/Batch.ts';
import type { Entry } from '../../src/producer/Entry.ts';
import type { ShardQueues } from '../../src/producer/ShardQueues.ts';

type Compared = Exclude<keyof ShardQueues<unknown>, 'release' | 'sortAnew' | 'throttled'>;

/** What `ShardQueues` do without a map, in the plainest way: one array, sorted and searched each time. No two entries may arrive at the same time. */
export class NaiveQueue<T> implements Pick<ShardQueues<T>, Compared> {
  readonly #limits: BatchLimits;
  #entries: Entry<T>[] = [];
  #due = new Set<Entry<T>>();

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get firstArrivedAt(): number {
    return this.#entries[0]?.arrivedAt ?? Infinity;
  }

  get firstLingeringAt(): number {
    return this.#entries.find((entry) => !this.#due.has(entry))?.arrivedAt ?? Infinity;
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
    const isFull = this.#entries.length >= maxBatchRecords || bytesOf(this.#entries) >= maxBatchBytes;
    if (!isFull && !this.#entries.some((entry) => this.#due.has(entry))) return undefined;
    let count = Math.min(this.#entries.length, maxBatchRecords);
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
