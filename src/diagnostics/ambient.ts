import type { Observable } from 'rxjs';
import type { RecordOrigin } from '../record/Delivery.ts';
import type { Diagnostics } from './Diagnostics.ts';

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
  /** The operator's name. */
  readonly kind: string;
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
  readonly #names: string;
  readonly #kept: readonly unknown[];

  /** @param options those of the source or sink */
  constructor(options: { readonly metrics?: unknown; readonly checkpoints?: unknown } = {}) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#names = JSON.stringify(given.map(([name]) => name).sort());
    this.#kept = [options.metrics, options.checkpoints];
  }

  /** Whether the same code may have made both: with the same options, one collector and one store. */
  isLike(other: PartyMaker): boolean {
    return this.#names === other.#names && this.#kept.every((each, index) => each === other.#kept[index]);
  }
}

let lastOrdinal = 0;

/** What a party leaves behind: those who met it, and are still there. */
interface Seat {
  readonly maker: PartyMaker;
  readonly place: string;
  /** The last maker that there was by then. */
  readonly leftAt: number;
  /** The farthest downstream first. */
  readonly downstreams: readonly Downstream[];
  /** Of all who met it, also of those who have gone since. */
  readonly kinds: readonly string[];
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
 * `retry()` and `repeat()` subscribe again from the middle of the pipe, when what stands below them is not ambient. So a party takes the seat
 * of one that has ended: of the same maker, or else, as behind `defer()`, of the same kind and stream, if it was made after that one had
 * left, in the same way, and has the same operators of its own, above the `retry()`, as that one had. Of several such seats it takes the one that
 * was left first: which is the right one cannot be known.
 *
 * Call what is returned before the party errors or completes, and when it is unsubscribed.
 */
export function introduce(party: Party, maker: PartyMaker): () => void {
  const place = `${isOrigin(party) ? 'from' : 'to'} ${party.streamName}`;
  const own = seats.find((each) => each.maker === maker);
  const isGuess = (each: Seat) =>
    each.place === place && maker.ordinal > each.leftAt && maker.isLike(each.maker) && isSucceeded(each);
  const seat = own ?? seats.find(isGuess);
  seats = seats.filter((each) => each !== seat);
  const met = new Set([...(seat?.downstreams ?? []).filter(isOpen), ...ambient]);
  for (const downstream of met) downstream.meet(party, own === undefined && !ambient.includes(downstream));
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    const downstreams = [...met].filter(isOpen);
    if (downstreams.length === 0) return;
    const kinds = [...met].map(({ kind }) => kind);
    seats = [...seats, { maker, place, downstreams, kinds, leftAt: lastOrdinal }];
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

/** Whether who is ambient stands where those stood who have left the seat: above what subscribes again. */
function isSucceeded({ downstreams, kinds }: Seat): boolean {
  const gone = kinds.slice(downstreams.filter(isOpen).length);
  return gone.length === ambient.length && ambient.every(({ kind }, index) => kind === gone[index]);
}

const isOpen = ({ closed }: Downstream) => !closed;
