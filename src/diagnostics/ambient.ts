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
  /**
   * Called with each source and sink that is subscribed to through the operator, before it does anything.
   */
  meet(party: Party): void;
  /** It is over: nothing that is subscribed to from now on is its concern. */
  readonly closed: boolean;
}

/** What a party leaves behind: those who met it, and are still there. */
interface Seat {
  /** What made the party. */
  readonly maker: object;
  /** The farthest downstream first. */
  readonly downstreams: readonly Downstream[];
}

let ambient: readonly Downstream[] = [];
let seats: readonly Seat[] = [];

/**
 * Runs `subscribe` while `downstream` is ambient: it meets each source and sink that is subscribed to meanwhile. So an operator finds
 * what is above it, before the first record and whatever stands between. It calls {@link forget} when it is over.
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
  const seat = seats.find((each) => each.maker === maker);
  seats = seats.filter((each) => each !== seat);
  const below = downstreamsBelow(subscriber);
  const beyond = [...(seat?.downstreams ?? []).filter(isOpen), ...ambient].filter((each) => !below.includes(each));
  const met = new Set([...beyond, ...below]);
  for (const downstream of met) downstream.meet(party);
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    const downstreams = [...met].filter(isOpen);
    if (downstreams.length > 0) seats = [...seats, { maker, downstreams }];
  };
}

/** Forgets an operator that is over. */
export function forget(downstream: Downstream): void {
  seats = seats
    .map((seat) => ({ ...seat, downstreams: seat.downstreams.filter((each) => each !== downstream) }))
    .filter(({ downstreams }) => downstreams.length > 0);
}

/** Whether a party delivers records. */
export const isOrigin = (party: Party): party is RecordOrigin => 'flush' in party;

const isOpen = ({ closed }: Downstream) => !closed;
