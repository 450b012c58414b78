import type { SchedulerLike } from 'rxjs';
import { wallClockMs } from '../internal/wallClockMs.ts';

/** So old the time may be that a delivery goes by, and so long a record takes at the most that is fast. */
const MAX_AGE_MS = 1;
/** So many records after one that was slow are timed exactly. */
const EXACT_RECORDS = 1_000;
/** A scheduler that is further from the clock of this machine keeps a time of its own. */
const SAME_CLOCK_MS = 1_000;

/**
 * The time as deliveries need it. To ask the scheduler costs as much as a record. So within a synchronous delivery it is asked again only
 * once the machine's own counter, which costs a fraction of that, has moved by a millisecond; a scheduler of virtual time, of which that
 * counter knows nothing, for each record. So {@link tick} is never more than a millisecond behind, however long the record before took:
 * after one that outlasts the lease none goes out.
 *
 * What is asked while a record is handled is for metrics. Among fast records the time stands meanwhile, for the record that is handled, and what a
 * slow one took is known once it is done: see {@link overrunMs}. From then on the time is exact, until none was slow for a while; and it
 * always is for records that were delivered earlier, as those of a batch that the one at hand has filled.
 */
export class DeliveryClock {
  readonly #scheduler: SchedulerLike;
  readonly #machine: Pick<typeof performance, 'now' | 'timeOrigin'>;
  #depth = 0;
  /** The scheduler's time when it was asked. */
  #nowMs = 0;
  #wallOffsetMs = 0;
  /** What the machine's counter said then; long ago where the two do not go together. */
  #askedAtMs = -Infinity;
  #asks = 0;
  #standing = 0;
  /** The record that is handled. */
  #index = -1;
  /** What the machine's counter said before it; Infinity: there is none. */
  #tickedAtMs = Infinity;
  #exactRecords = 0;
  /** The record that was slow last, while the time stood. */
  #overrun = { standing: 0, index: 0, ms: 0 };

  constructor(scheduler: SchedulerLike, machine: Pick<typeof performance, 'now' | 'timeOrigin'> = performance) {
    this.#scheduler = scheduler;
    this.#machine = machine;
  }

  /** A synchronous delivery begins. */
  enter(): void {
    this.#depth += 1;
    this.#rest();
  }

  /** @param index that of the last record which was delivered */
  leave(index: number): void {
    this.#depth -= 1;
    this.#look(this.#machine.now(), index);
    this.#rest();
  }

  /** A synchronous delivery is under way. */
  get isDelivering(): boolean {
    return this.#depth > 0;
  }

  /** Called before each record of a delivery, with its index; answers the time, in milliseconds of the scheduler. */
  tick(index: number): number {
    const countedMs = this.#machine.now();
    const sinceAskedMs = countedMs - this.#askedAtMs;
    let addedMs = 0;
    if (sinceAskedMs >= MAX_AGE_MS) {
      this.#look(countedMs, index - 1);
      this.#standing = 0;
      this.#ask();
    } else if (this.#exactRecords > 0) {
      this.#exactRecords -= 1;
      this.#standing = 0;
      addedMs = sinceAskedMs;
    } else {
      this.#standing = this.#asks;
    }
    this.#index = index;
    this.#tickedAtMs = countedMs;
    return this.#nowMs + addedMs;
  }

  /**
   * Other than 0 while the time stands for a record, as it does between fast ones: whatever is asked meanwhile has the same answer, and this is
   * the same.
   */
  standingAt(index: number): number {
    return index === this.#index ? this.#standing : 0;
  }

  /** For a record, in milliseconds of the scheduler. */
  now(index: number): number {
    const sinceAskedMs = this.#sinceAsked(index);
    return sinceAskedMs < MAX_AGE_MS ? this.#nowMs + sinceAskedMs : this.#scheduler.now();
  }

  /** The time of day. */
  wallNow(index: number): number {
    const sinceAskedMs = this.#sinceAsked(index);
    return sinceAskedMs < MAX_AGE_MS ? this.#nowMs + this.#wallOffsetMs + sinceAskedMs : wallClockMs(this.#scheduler);
  }

  /** For how long a record was handled while the time stood, or has been, if that is long. */
  overrunMs(standing: number, index: number): number {
    const overrun = this.#overrun;
    if (overrun.standing === standing && overrun.index === index) return overrun.ms;
    if (this.standingAt(index) !== standing) return 0;
    const ms = this.#machine.now() - this.#tickedAtMs;
    return ms < MAX_AGE_MS ? 0 : ms;
  }

  /** How long ago the scheduler was asked, for a record: no time at all while that stands. */
  #sinceAsked(index: number): number {
    return this.standingAt(index) === 0 ? this.#machine.now() - this.#askedAtMs : 0;
  }

  /** No record is handled. */
  #rest(): void {
    this.#standing = 0;
    this.#index = -1;
    this.#askedAtMs = -Infinity;
    this.#tickedAtMs = Infinity;
  }

  /** A record is done. */
  #look(countedMs: number, index: number): void {
    const ms = countedMs - this.#tickedAtMs;
    if (ms < MAX_AGE_MS) return;
    this.#exactRecords = EXACT_RECORDS;
    if (this.#standing !== 0) this.#overrun = { standing: this.#standing, index, ms };
  }

  #ask(): void {
    const { timeOrigin } = this.#machine;
    this.#asks += 1;
    const countedMs = this.#machine.now();
    this.#nowMs = this.#scheduler.now();
    this.#wallOffsetMs = wallClockMs(this.#scheduler) - this.#nowMs;
    const isOneClock = Math.abs(timeOrigin + countedMs - this.#nowMs) < SAME_CLOCK_MS;
    this.#askedAtMs = isOneClock ? countedMs : -Infinity;
    if (this.#exactRecords > 0) this.#exactRecords -= 1;
  }
}
