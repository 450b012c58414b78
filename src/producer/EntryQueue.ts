import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';
import { ReturnedEntries } from './ReturnedEntries.ts';

/**
 * The records that wait for a request, in the order in which they arrived: those that came back, to be sent again or because their key is free, before
 * those that were never taken.
 *
 * What came back is due, and so may be the first few of the others: they go with the next request that is free, however few they are.
 * The rest waits for company.
 */
export class EntryQueue<T> {
  readonly #returned = new ReturnedEntries<T>();
  readonly #fresh = new Fifo<Entry<T>>();
  /** How many of the fresh ones are due. */
  #due = 0;
  #bytes = 0;

  get length(): number {
    return this.#returned.length + this.#fresh.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The one that goes next: the oldest, but for those that came back. */
  get first(): Entry<T> | undefined {
    return this.#returned.first ?? this.#fresh.first;
  }

  /** When the oldest arrived. */
  get firstArrivedAt(): number {
    return Math.min(this.#returned.first?.arrivedAt ?? Infinity, this.#fresh.first?.arrivedAt ?? Infinity);
  }

  /** The youngest of those that were never taken. */
  get last(): Entry<T> | undefined {
    return this.#fresh.last;
  }

  /** The first that is not due: the one that has waited longest for company. */
  get firstLingering(): Entry<T> | undefined {
    return this.#fresh.at(this.#due);
  }

  get isDue(): boolean {
    return this.#returned.length > 0 || this.#due > 0;
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

  /** Takes the one that goes next. */
  shift(): Entry<T> | undefined {
    return this.#returned.length > 0 ? this.#shiftReturned() : this.#shiftFresh();
  }

  /** Takes those that arrived at `time` or before. */
  takeArrivedUntil(time: number): Entry<T>[] {
    const taken: (Entry<T> | undefined)[] = [];
    while ((this.#returned.first?.arrivedAt ?? Infinity) <= time) taken.push(this.#shiftReturned());
    while ((this.#fresh.first?.arrivedAt ?? Infinity) <= time) taken.push(this.#shiftFresh());
    return taken.filter((entry) => entry !== undefined);
  }

  /** Takes all: those that are due, and those that are not. */
  drain(): { readonly due: Entry<T>[]; readonly lingering: Entry<T>[] } {
    const due: Entry<T>[] = [];
    const lingering: Entry<T>[] = [];
    for (let { isDue } = this, entry = this.shift(); entry; { isDue } = this, entry = this.shift()) {
      (isDue ? due : lingering).push(entry);
    }
    return { due, lingering };
  }

  clear(): void {
    this.#returned.clear();
    this.#fresh.clear();
    this.#due = 0;
    this.#bytes = 0;
  }

  #shiftReturned(): Entry<T> | undefined {
    return this.#weighOut(this.#returned.shift());
  }

  #shiftFresh(): Entry<T> | undefined {
    this.#due = Math.max(0, this.#due - 1);
    return this.#weighOut(this.#fresh.shift());
  }

  #weighOut(entry: Entry<T> | undefined): Entry<T> | undefined {
    this.#bytes -= entry?.bytes ?? 0;
    return entry;
  }
}
