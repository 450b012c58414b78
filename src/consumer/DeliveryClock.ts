import type { SchedulerLike } from 'rxjs';
import { wallClockMs } from '../internal/wallClockMs.ts';

/** So old the time may be that a delivery goes by, and so long a record takes at the most that is fast. */
const MAX_AGE_MS = 1;
/** A scheduler that is further from the clock of this machine keeps a time of its own. */
const SAME_CLOCK_MS = 1_000;

/**
 * The time as deliveries need it. To ask the scheduler costs as much as a record. So within a synchronous delivery it is asked again only
 * once the machine's own counter, which costs a fraction of that, has moved by a millisecond; a scheduler of virtual time, of which that
 * counter knows nothing, for each record. So {@link tick} is never more than a millisecond behind, however long the record before took:
 * after one that outlasts the lease none goes out.
 *
 * What is asked while a record is handled is for metrics, and is exact unless the record before was fast: a single slow one among fast
 * ones counts as fast there.
 */
export class DeliveryClock {
  readonly #scheduler: SchedulerLike;
  readonly #machine: Pick<typeof performance, 'now' | 'timeOrigin'>;
  #depth = 0;
  #nowMs = 0;
  #wallOffsetMs = 0;
  /** What the machine's counter said when the scheduler was asked; long ago where the two do not go together. */
  #askedAtMs = -Infinity;
  #asks = 0;
  #standing = 0;

  constructor(scheduler: SchedulerLike, machine: Pick<typeof performance, 'now' | 'timeOrigin'> = performance) {
    this.#scheduler = scheduler;
    this.#machine = machine;
  }

  /** A synchronous delivery begins. */
  enter(): void {
    this.#depth += 1;
    this.#standing = 0;
    this.#askedAtMs = -Infinity;
  }

  leave(): void {
    this.#depth -= 1;
    if (this.#depth === 0) this.#standing = 0;
  }

  /** A synchronous delivery is under way. */
  get isDelivering(): boolean {
    return this.#depth > 0;
  }

  /** Called before each record of a delivery; answers the time, in milliseconds of the scheduler. */
  tick(): number {
    const isFast = this.#machine.now() - this.#askedAtMs < MAX_AGE_MS;
    if (!isFast) this.#ask();
    this.#standing = isFast ? this.#asks : 0;
    return this.#nowMs;
  }

  /** Other than 0 while the time stands, as it does between fast records: whatever is asked meanwhile has the same answer, and this is the same. */
  get standing(): number {
    return this.#standing;
  }

  /** In milliseconds of the scheduler. */
  now(): number {
    return this.#standing === 0 ? this.#scheduler.now() : this.#nowMs;
  }

  /** The time of day. */
  wallNow(): number {
    return this.#standing === 0 ? wallClockMs(this.#scheduler) : this.#nowMs + this.#wallOffsetMs;
  }

  #ask(): void {
    const { timeOrigin } = this.#machine;
    this.#asks += 1;
    const countedMs = this.#machine.now();
    this.#nowMs = this.#scheduler.now();
    this.#wallOffsetMs = wallClockMs(this.#scheduler) - this.#nowMs;
    this.#askedAtMs = Math.abs(timeOrigin + countedMs - this.#nowMs) < SAME_CLOCK_MS ? countedMs : -Infinity;
  }
}
