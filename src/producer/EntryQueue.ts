import type { Entry } from './Entry.ts';

export interface BatchLimits {
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
}

/**
 * The records that wait for a request, in the order in which they go.
 *
 * The first few of them may be due: they go with the next request that is free, however few they are. The others wait for company.
 */
export class EntryQueue<T> {
  readonly #limits: BatchLimits;
  #entries: Entry<T>[] = [];
  /** Where the first entry is: what lies before has been taken. */
  #head = 0;
  #bytes = 0;
  #due = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** The first that is not due: the one that has waited longest for company. */
  get firstLingering(): Entry<T> | undefined {
    return this.#entries[this.#head + this.#due];
  }

  push(entry: Entry<T>): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Puts entries before all others, due. */
  putBack(entries: readonly Entry<T>[]): void {
    this.#entries = [...entries, ...this.#entries.slice(this.#head)];
    this.#head = 0;
    this.#due += entries.length;
    for (const { bytes } of entries) this.#bytes += bytes;
  }

  /** Makes due all that are here now, and none that come later. */
  flush(): void {
    this.#due = this.length;
  }

  /** Takes the next batch, if it is full or some of it is due. */
  take(): Entry<T>[] | undefined {
    const { maxBatchRecords, maxBatchBytes } = this.#limits;
    const isFull = this.length >= maxBatchRecords || this.#bytes >= maxBatchBytes;
    if (this.length === 0 || (!isFull && this.#due === 0)) return undefined;
    const end = Math.min(this.#entries.length, this.#head + maxBatchRecords);
    let [at, bytes] = [this.#head, 0];
    for (; at < end; at++) {
      const next = bytes + (this.#entries[at]?.bytes ?? 0);
      // One that is too large for the limit goes alone.
      if (next > maxBatchBytes && bytes > 0) break;
      bytes = next;
    }
    const batch = this.#entries.slice(this.#head, at);
    this.#head = at;
    this.#bytes -= bytes;
    this.#due = Math.max(0, this.#due - batch.length);
    this.#compact();
    return batch;
  }

  /** When the oldest arrived; looks at each. `Infinity` when there is none. */
  oldestArrival(): number {
    let oldest = Infinity;
    for (let at = this.#head; at < this.#entries.length; at++) {
      oldest = Math.min(oldest, this.#entries[at]?.arrivedAt ?? Infinity);
    }
    return oldest;
  }

  /** Takes out, wherever they are, the entries that arrived at `time` or before. */
  takeArrivedUntil(time: number): Entry<T>[] {
    const due = this.#due;
    const [taken, kept]: [Entry<T>[], Entry<T>[]] = [[], []];
    this.#entries.slice(this.#head).forEach((entry, index) => {
      if (entry.arrivedAt > time) {
        kept.push(entry);
        return;
      }
      taken.push(entry);
      this.#bytes -= entry.bytes;
      if (index < due) this.#due--;
    });
    this.#entries = kept;
    this.#head = 0;
    return taken;
  }

  #compact(): void {
    if (this.#head * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
