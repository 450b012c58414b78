import type { RecordOrigin } from '../record/Delivery.ts';
import type { Diagnostics } from './Diagnostics.ts';

/** A source or a sink, as the operators downstream of it see it. */
export type Party = RecordOrigin | Sink;

/** A writer to a stream. */
export interface Sink {
  readonly streamName: string;
  readonly diagnostics: Diagnostics;
}

/** An operator that wants to know the sources and sinks above it. */
export interface Downstream {
  /**
   * Called with each source and sink that is subscribed to through the operator, before it does anything.
   *
   * @param isGuessed it is taken for the successor of one that has ended, as it is of the same stream and was made after that
   */
  meet(party: Party, isGuessed: boolean): void;
  /** It is over: nothing that is subscribed to from now on is its concern. */
  readonly closed: boolean;
}

/** What makes a party at each subscription: a `fromKinesis`, or a `toKinesis`. */
export class PartyMaker {
  /** Grows with each that is made. */
  readonly ordinal = (lastOrdinal += 1);
}

let lastOrdinal = 0;

/** What a party leaves behind: those who met it, and are still there. */
interface Seat {
  readonly maker: PartyMaker;
  readonly place: string;
  /** The last maker that there was by then. */
  readonly leftAt: number;
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
 * Introduces a source or a sink that is being subscribed to: the operator farthest downstream meets it first.
 *
 * `retry()` and `repeat()` subscribe again from the middle of the pipe, when what stands below them is not ambient. So a party takes the seat
 * of one that has ended: of the same maker, or else of the same kind and stream, if it was made after that one had left, as by
 * `defer()`. Call what is returned before the party errors or completes, and when it is unsubscribed.
 */
export function introduce(party: Party, maker: PartyMaker): () => void {
  const place = `${isOrigin(party) ? 'from' : 'to'} ${party.streamName}`;
  const own = seats.find((each) => each.maker === maker);
  const seat = own ?? seats.find((each) => each.place === place && maker.ordinal > each.leftAt);
  seats = seats.filter((each) => each !== seat);
  const met = new Set([...(seat?.downstreams ?? []).filter(isOpen), ...ambient]);
  for (const downstream of met) downstream.meet(party, own === undefined && !ambient.includes(downstream));
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    const downstreams = [...met].filter(isOpen);
    if (downstreams.length > 0) seats = [...seats, { maker, place, downstreams, leftAt: lastOrdinal }];
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
