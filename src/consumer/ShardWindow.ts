import { Observable, Subject, take } from 'rxjs';
import type { Delivery, RecordOrigin } from '../record/Delivery.ts';
import type { Position } from '../record/position.ts';
import type { ShardShare } from './InFlight.ts';

/** What became of a record so far. */
const WAITING = 0;
const HELD = 1;
const SETTLED = 2;

/** A record as the window needs it: its place. */
export interface WindowEntry {
  readonly SequenceNumber: string | undefined;
  readonly ApproximateArrivalTimestamp?: Date | undefined;
}

/** Told when a record was settled, and when that had arrived. */
interface SettledListener {
  settled(arrivalMs: number): void;
}

/** The oldest record that is not settled, while others wait behind it. */
export interface Blocking {
  readonly position: Position;
  /** An operator says that it works on the record. */
  readonly isHeld: boolean;
  /** Some record behind it is settled. */
  readonly isOvertaken: boolean;
  /** Grows with each answer, over all shards. */
  readonly serial: number;
}

/**
 * What was read of a shard and lies behind its watermark: the greatest position such that it and all before it are settled.
 *
 * Records may be settled in any order. The watermark moves over those settled without a gap, and gives their room in flight back.
 * It holds a few words a record, never data.
 */
export class ShardWindow {
  readonly #origin: RecordOrigin;
  readonly #share: ShardShare;
  readonly #onSettled: (records: number) => void;
  readonly #meter: SettledListener | undefined;
  readonly #runs: Run[] = [];
  readonly #emptied = new Subject<void>();
  #watermark: Position | undefined;
  #delivered = 0;
  #settled = 0;
  #moves = 0;
  #settledSerial = 0;

  /**
   * @param onSettled called with the number of records each time the watermark moves
   * @param meter told when a record was settled that was measured
   */
  constructor(origin: RecordOrigin, share: ShardShare, onSettled: (records: number) => void, meter?: SettledListener) {
    this.#origin = origin;
    this.#share = share;
    this.#onSettled = onSettled;
    this.#meter = meter;
  }

  /** The position that a checkpoint may name; undefined until something is settled without a gap. */
  get watermark(): Position | undefined {
    return this.#watermark;
  }

  /** Records delivered and not settled. */
  get inFlightRecords(): number {
    return this.#delivered - this.#settled;
  }

  /** How often the watermark has moved. */
  get moves(): number {
    return this.#moves;
  }

  /** The serial of the newest answer of which something is settled without a gap. */
  get settledSerial(): number {
    return this.#settledSerial;
  }

  get blocking(): Blocking | undefined {
    const run = this.#runs[0];
    if (!run || run.head >= run.deliveredCount) return undefined;
    return {
      position: run.positionAt(run.head),
      isHeld: run.states[run.head] === HELD,
      serial: run.serial,
      isOvertaken: this.#settled > this.#delivered - this.#span(),
    };
  }

  /** When the oldest record that is not settled was delivered; undefined if there is none. */
  get oldestDeliveredMs(): number | undefined {
    const run = this.#runs.find(({ head, deliveredCount }) => head < deliveredCount);
    return run && (run.deliveredMs(run.head) ?? run.firstDeliveredMs);
  }

  /** Takes the next records of the shard, in order; they count as delivered when {@link Run.deliver} says so. */
  open(entries: readonly WindowEntry[], sizes: readonly number[]): Run {
    const run = new Run(this, this.#origin, entries, sizes);
    this.#runs.push(run);
    return run;
  }

  /** Takes back what was opened and not delivered. */
  withdraw(): void {
    for (const run of this.#runs) this.#share.free(run.truncate());
    this.#advance();
  }

  /** Gives all room back, whatever is not settled. */
  forget(): void {
    for (const run of this.#runs.splice(0)) this.#share.free(run.weightFrom(run.head));
  }

  /** Emits once nothing is in flight, at once if nothing is, and completes. */
  empty(): Observable<void> {
    return new Observable((subscriber) => {
      if (this.#runs.length === 0) {
        subscriber.next();
        subscriber.complete();
        return;
      }
      return this.#emptied.pipe(take(1)).subscribe(subscriber);
    });
  }

  /** @internal */
  countDelivered(records: number): void {
    this.#delivered += records;
  }

  /** @internal */
  settle(run: Run, index: number): void {
    if (run.states[index] === SETTLED) return;
    this.#markSettled(run, index);
    if (run === this.#runs[0] && index === run.head) this.#advance();
  }

  /** @internal */
  settleThrough(run: Run, index: number): void {
    const last = this.#runs.indexOf(run);
    if (last < 0) return;
    for (const [at, each] of this.#runs.slice(0, last + 1).entries()) {
      const end = at === last ? index + 1 : each.deliveredCount;
      for (let i = each.head; i < end; i += 1) {
        if (each.states[i] !== SETTLED) this.#markSettled(each, i);
      }
    }
    this.#advance();
  }

  #markSettled(run: Run, index: number): void {
    run.states[index] = SETTLED;
    this.#settled += 1;
    const arrivalMs = run.times?.arrivalMs[index];
    if (arrivalMs !== undefined && arrivalMs > 0) this.#meter?.settled(arrivalMs);
  }

  #advance(): void {
    let records = 0;
    let bytes = 0;
    for (let run = this.#runs[0]; run; run = this.#runs[0]) {
      const { states, sizes, deliveredCount } = run;
      let head = run.head;
      while (head < deliveredCount && states[head] === SETTLED) {
        bytes += sizes[head] ?? 0;
        head += 1;
      }
      if (head > run.head) {
        records += head - run.head;
        run.head = head;
        this.#watermark = run.positionAt(head - 1);
        this.#settledSerial = run.serial;
      }
      if (head < run.count) break;
      this.#runs.shift();
    }
    if (records > 0) {
      this.#moves += 1;
      this.#share.free({ records, bytes });
      this.#onSettled(records);
    }
    if (this.#runs.length === 0) this.#emptied.next();
  }

  #span(): number {
    return this.#runs.reduce((sum, run) => sum + run.deliveredCount - run.head, 0);
  }
}

let lastSerial = 0;

/** When each record of an answer arrived in the stream (by the time of day; 0: unknown) and was delivered (by the scheduler's clock). */
interface RunTimes {
  readonly arrivalMs: Float64Array;
  readonly deliveredMs: Float64Array;
}

function timesOf(entries: readonly WindowEntry[]): RunTimes {
  const arrivalMs = new Float64Array(entries.length);
  for (let index = 0; index < entries.length; index += 1) {
    arrivalMs[index] = entries[index]?.ApproximateArrivalTimestamp?.getTime() ?? 0;
  }
  return { arrivalMs, deliveredMs: new Float64Array(entries.length) };
}

/** The records of one answer, in the window of their shard. */
export class Run implements Delivery {
  readonly origin: RecordOrigin;
  readonly serial = (lastSerial += 1);
  readonly states: Uint8Array;
  readonly sizes: readonly number[];
  /** The first record behind the watermark. */
  head = 0;
  deliveredCount = 0;
  firstDeliveredMs = 0;
  count: number;
  /** Kept where somebody listens. */
  readonly times: RunTimes | undefined;
  readonly #window: ShardWindow;
  readonly #sequenceNumbers: string[];

  constructor(window: ShardWindow, origin: RecordOrigin, entries: readonly WindowEntry[], sizes: readonly number[]) {
    this.#window = window;
    this.origin = origin;
    this.count = entries.length;
    this.states = new Uint8Array(entries.length);
    this.sizes = sizes;
    this.#sequenceNumbers = entries.map(({ SequenceNumber }) => SequenceNumber ?? '');
    this.times = origin.diagnostics.isHeard ? timesOf(entries) : undefined;
  }

  positionAt(index: number): Position {
    return { sequenceNumber: this.#sequenceNumbers[index] ?? '', subSequenceNumber: 0 };
  }

  /** Counts the next record as delivered, just before it is. */
  deliver(nowMs: number): void {
    if (this.deliveredCount === 0) this.firstDeliveredMs = nowMs;
    if (this.times) this.times.deliveredMs[this.deliveredCount] = nowMs;
    this.deliveredCount += 1;
    this.#window.countDelivered(1);
  }

  /** Gives up what is not delivered, and tells its size. */
  truncate(): { records: number; bytes: number } {
    const given = this.weightFrom(this.deliveredCount);
    this.count = this.deliveredCount;
    return given;
  }

  weightFrom(from: number): { records: number; bytes: number } {
    let bytes = 0;
    for (let i = from; i < this.count; i += 1) bytes += this.sizes[i] ?? 0;
    return { records: this.count - from, bytes };
  }

  deliveredMs(index: number): number | undefined {
    return this.times?.deliveredMs[index];
  }

  settle(index: number): void {
    this.#window.settle(this, index);
  }

  settleThrough(index: number): void {
    this.#window.settleThrough(this, index);
  }

  hold(index: number): void {
    if (this.states[index] === WAITING) this.states[index] = HELD;
  }

  unhold(index: number): void {
    if (this.states[index] === HELD) this.states[index] = WAITING;
  }
}
