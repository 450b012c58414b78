import type { Observable } from 'rxjs';
import type { RecordOrigin } from '../record/Delivery.ts';
import type { Diagnostics } from './Diagnostics.ts';
import { downstreamsBelow } from './downstreamsBelow.ts';

/** A source or a sink, as the operators downstream of it see it. */
export type Party = RecordOrigin | Sink;

/** A writer to a stream. */
export interface Sink {
  readonly streamName: string;
  readonly diagnostics: Diagnostics;
  /** Completes once it is over. */
  readonly stopped: Observable<never>;
}

/** An operator that wants to know the sources and sinks above it. */
export interface Downstream {
  /** Called with each source and sink that is subscribed to through the operator, before it does anything. */
  meet(party: Party): void;
  /** It is over: nothing that is subscribed to from now on is its concern. */
  readonly closed: boolean;
}

let ambient: readonly Downstream[] = [];

/**
 * By what makes parties: for each that has ended, those who met it beyond the way that leads down from it, the farthest downstream first. They are
 * kept no longer than the maker is.
 */
const seats = new WeakMap<object, readonly (readonly Downstream[])[]>();

/**
 * Runs `subscribe` while `downstream` is ambient: it meets each source and sink that is subscribed to meanwhile. So an operator finds
 * what is above it, before the first record and whatever stands between.
 */
export function whileAmbient<T>(downstream: Downstream, subscribe: () => T): T {
  const outer = ambient;
  ambient = [...outer, downstream];
  try {
    return subscribe();
  } finally {
    ambient = outer;
  }
}

/**
 * Passes something on while `downstream` may be ambient, as where the source of it emits while it is subscribed to: what is subscribed to
 * by those who get it is not above it, and meets only those who were ambient before.
 */
export function outside(downstream: Downstream, act: () => void): void {
  const inner = ambient;
  const place = inner.indexOf(downstream);
  if (place >= 0) ambient = inner.slice(0, place);
  try {
    act();
  } finally {
    ambient = inner;
  }
}

/**
 * Introduces a source or a sink that is being subscribed to: the operator farthest downstream meets it first.
 *
 * Those below it are found by going from subscriber to subscriber, whoever subscribed: `retry()`, `repeat()`, and what makes a source in `mergeMap()`.
 * Where that way ends before the pipe does, as in `share()`, those count who are ambient, and when a party is made again, as by a
 * `retry()` above the `share()`, those who met the one before.
 *
 * Call what is returned before the party errors or completes, and when it is unsubscribed.
 *
 * @param maker what makes a party at each subscription
 * @param subscriber where what the party emits goes
 */
export function introduce(party: Party, maker: object, subscriber: object): () => void {
  const [seat = [], ...others] = seatsOf(maker);
  seats.set(maker, others);
  const below = downstreamsBelow(subscriber);
  const beyond = [...new Set([...seat, ...ambient])].filter((each) => !below.includes(each));
  for (const downstream of [...beyond, ...below]) downstream.meet(party);
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    if (beyond.length > 0) seats.set(maker, [...seatsOf(maker), beyond]);
  };
}

/** Those in which somebody is left. */
const seatsOf = (maker: object) =>
  (seats.get(maker) ?? []).map((seat) => seat.filter(isOpen)).filter((seat) => seat.length > 0);

/** Whether a party delivers records. */
export const isOrigin = (party: Party): party is RecordOrigin => 'flush' in party;

const isOpen = ({ closed }: Downstream) => !closed;
