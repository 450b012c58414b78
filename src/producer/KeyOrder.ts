import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';

/** What is known of a key, some records of which have no result. */
interface Turn<T> {
  /** The batch of records that has the key: they are in a request, or wait to be sent again. */
  holder: object | undefined;
  /** How many of its records the holder has. */
  held: number;
  /** Those that were called up, and wait to be taken. */
  called: number;
  /** Those that were called up when there was no room for them. */
  readonly missed: Fifo<Entry<T>>;
  /** Those behind all of these, in the order of their arrival. */
  readonly behind: Fifo<Entry<T>>;
}

/**
 * Lets records of one partition key be sent one after the other: the next only when the fate of those before it is known. Records of other
 * keys know nothing of it.
 */
export class KeyOrder<T> {
  readonly #turns = new Map<string, Turn<T>>();

  /** Whether the entry may go with `holder`; else it is kept here until it is its turn, and {@link release} returns it. */
  claims(entry: Entry<T>, holder: object): boolean {
    let turn = this.#turns.get(entry.partitionKey);
    if (!turn) {
      turn = { holder, held: 0, called: 0, missed: new Fifo(), behind: new Fifo() };
      this.#turns.set(entry.partitionKey, turn);
    }
    const isCalled = entry.turn === 'called';
    if (isCalled) turn.called -= 1;
    const isNext = isCalled || turn.called + turn.missed.length + turn.behind.length === 0;
    if (isNext && (turn.holder === holder || (isCalled && turn.holder === undefined))) {
      turn.holder = holder;
      turn.held += 1;
      entry.turn = 'held';
      return true;
    }
    entry.turn = 'waiting';
    (isCalled ? turn.missed : turn.behind).push(entry);
    return false;
  }

  /** These will be tried again: they are the first of their keys. */
  callAgain(entries: readonly Entry<T>[]): void {
    for (const entry of entries) {
      const turn = this.#leave(entry);
      if (!turn) continue;
      entry.turn = 'called';
      turn.called += 1;
    }
  }

  /** The entry has its result: calls up the next of its key, of `bytes` together, or one. */
  release(entry: Entry<T>, bytes: number): Entry<T>[] {
    const turn = this.#leave(entry);
    if (!turn || turn.held + turn.called > 0) return [];
    const next: Entry<T>[] = [];
    let room = bytes;
    for (let first = firstOf(turn); first && (next.length === 0 || first.bytes <= room); first = firstOf(turn)) {
      if (!turn.missed.shift()) turn.behind.shift();
      room -= first.bytes;
      first.turn = 'called';
      next.push(first);
    }
    turn.called = next.length;
    if (next.length === 0) this.#turns.delete(entry.partitionKey);
    return next;
  }

  clear(): void {
    this.#turns.clear();
  }

  #leave(entry: Entry<T>): Turn<T> | undefined {
    const { turn: place } = entry;
    entry.turn = undefined;
    const turn = this.#turns.get(entry.partitionKey);
    if (!turn || place === undefined) return undefined;
    if (place === 'called') turn.called -= 1;
    else turn.held -= 1;
    if (turn.held === 0) turn.holder = undefined;
    return turn;
  }
}

const firstOf = <T>({ missed, behind }: Turn<T>) => missed.first ?? behind.first;
