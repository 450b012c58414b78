import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';
import { ReturnedEntries } from './ReturnedEntries.ts';

/**
 * The records that wait for a request, in the order in which they arrived: those that came back to be sent again, which are all older, before
 * those that were never sent.
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

  /** The oldest. */
  get first(): Entry<T> | undefined {
    return this.#returned.first ?? this.#fresh.first;
  }

  /** The youngest of those that were never sent. */
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

  /** Takes the oldest. */
  shift(): Entry<T> | undefined {
    const entry = this.#returned.shift() ?? this.#shiftFresh();
    if (entry) this.#bytes -= entry.bytes;
    return entry;
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

  #shiftFresh(): Entry<T> | undefined {
    this.#due = Math.max(0, this.#due - 1);
    return this.#fresh.shift();
  }
}
