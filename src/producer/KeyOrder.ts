import { Fifo } from '../internal/Fifo.ts';
import type { Entry } from './Entry.ts';

/** What is known of a key, some records of which have no result. */
interface Turn<T> {
  /** The batch of records that has the key: they are in a request, or wait to be sent again. */
  holder: object | undefined;
  /** How many of its records the holder has. */
  held: number;
  /** Those that are to be sent again, before all others: the first of them comes last here. */
  again: Entry<T>[] | undefined;
  /** The others, in the order in which they were put. */
  readonly line: Fifo<Entry<T>>;
}

/**
 * Lets records of one partition key be sent one after the other: the next only when the fate of those before it is known. Records of other
 * keys know nothing of it.
 *
 * Each has its place in line from when it was put, wherever it is queued. One that comes too early is kept here, until it is called up to be
 * queued again; being queued it keeps its place.
 */
export class KeyOrder<T> {
  readonly #turns = new Map<string, Turn<T>>();

  /** The entry was put, and is queued: it comes after all of its key that were put before. */
  join(entry: Entry<T>): void {
    let turn = this.#turns.get(entry.partitionKey);
    if (!turn) {
      turn = { holder: undefined, held: 0, again: undefined, line: new Fifo() };
      this.#turns.set(entry.partitionKey, turn);
    }
    turn.line.push(entry);
    entry.turn = 'queued';
  }

  /** Whether the entry, taken from its queue, may go with `holder`; else it stays here until {@link release} returns it. */
  claims(entry: Entry<T>, holder: object): boolean {
    const turn = this.#turns.get(entry.partitionKey);
    const isFree = turn?.holder === undefined || turn.holder === holder;
    if (turn && isFree && nextOf(turn) === entry) {
      leaveLine(turn);
      turn.holder = holder;
      turn.held += 1;
      entry.turn = 'held';
      return true;
    }
    entry.turn = 'waiting';
    return false;
  }

  /** These are queued to be tried again: they are the first of their keys. */
  callAgain(entries: readonly Entry<T>[]): void {
    for (const entry of entries.toReversed()) {
      const turn = this.#turns.get(entry.partitionKey);
      if (!turn) continue;
      drop(turn);
      (turn.again ??= []).push(entry);
      entry.turn = 'queued';
    }
  }

  /** The entry has its result: calls up the next of its key, of `bytes` together, or one. */
  release(entry: Entry<T>, bytes: number): Entry<T>[] {
    const turn = this.#turns.get(entry.partitionKey);
    if (!turn || entry.turn === undefined) return [];
    if (entry.turn === 'held') drop(turn);
    entry.turn = undefined;
    if (turn.held > 0) return [];
    const first = nextOf(turn);
    if (!first) this.#turns.delete(entry.partitionKey);
    const called: Entry<T>[] = [];
    let room = bytes;
    for (let at = 0, next = first; next && (at === 0 || next.bytes <= room); at += 1, next = placeOf(turn, at)) {
      room -= next.bytes;
      if (next.turn !== 'waiting') continue;
      next.turn = 'queued';
      called.push(next);
    }
    return called;
  }

  clear(): void {
    this.#turns.clear();
  }
}

/** The one whose turn it is next. Those that got their result while they were in line have left it. */
function nextOf<T>(turn: Turn<T>): Entry<T> | undefined {
  for (let next = placeOf(turn, 0); next; next = placeOf(turn, 0)) {
    if (!next.result) return next;
    leaveLine(turn);
  }
  return undefined;
}

const placeOf = <T>({ again = [], line }: Turn<T>, at: number) => again.at(-1 - at) ?? line.at(at - again.length);

function leaveLine<T>({ again, line }: Turn<T>): void {
  if (!again?.pop()) line.shift();
}

/** The holder has one less. */
function drop(turn: Turn<unknown>): void {
  turn.held -= 1;
  if (turn.held === 0) turn.holder = undefined;
}
