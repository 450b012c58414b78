import { Observable, Subject, take } from 'rxjs';
import type { RecordOrigin } from '../record/Delivery.ts';
import type { Position } from '../record/position.ts';
import type { ShardShare } from './InFlight.ts';
import { HELD, Run, type RunContents, SETTLED } from './Run.ts';

/** Told when a record was settled: which of those whose arrivals are given. */
interface SettledListener {
  settled(arrivalsMs: Float64Array, index: number): void;
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

  /** The last record that was delivered; undefined before the first. */
  get delivered(): Position | undefined {
    const run = this.#runs.findLast(({ deliveredCount }) => deliveredCount > 0);
    return run ? run.positionAt(run.deliveredCount - 1) : this.#watermark;
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
  open(contents: RunContents): Run {
    const run = new Run(this, this.#origin, contents);
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
    for (const run of this.#runs.splice(0)) this.#share.free(run.remaining());
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
    if (run.times) this.#meter?.settled(run.times.arrivalMs, index);
  }

  #advance(): void {
    let records = 0;
    let bytes = 0;
    for (let run = this.#runs[0]; run; run = this.#runs[0]) {
      const { states, deliveredCount } = run;
      let head = run.head;
      while (head < deliveredCount && states[head] === SETTLED) head += 1;
      if (head > run.head) {
        records += head - run.head;
        bytes += run.advance(head);
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
