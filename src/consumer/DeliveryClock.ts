import type { SchedulerLike } from 'rxjs';
import { wallClockMs } from '../internal/wallClockMs.ts';

/** Records between two looks at the clock at the most, where downstream is fast; where it is slow, every record is one. */
const MAX_STRIDE = 8;
const FAST_MS = 1;

/**
 * The time as deliveries need it. A look at the clock costs as much as a record, so while records go downstream one right after the other, and fast,
 * the clock is looked at now and then, and what is asked in between is at most about a millisecond old.
 */
export class DeliveryClock {
  readonly #scheduler: SchedulerLike;
  #depth = 0;
  #nowMs = 0;
  #wallOffsetMs = 0;
  #stride = 1;
  #untilLook = 0;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  /** A synchronous delivery begins. */
  enter(): void {
    this.#depth += 1;
    this.#stride = 1;
    this.#untilLook = 0;
    this.#nowMs = this.#scheduler.now();
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Called before each record of a delivery; answers whether it has looked at the clock. */
  tick(): boolean {
    if (this.#untilLook > 0) {
      this.#untilLook -= 1;
      return false;
    }
    const nowMs = this.#scheduler.now();
    this.#stride = nowMs - this.#nowMs <= FAST_MS ? Math.min(MAX_STRIDE, this.#stride * 2) : 1;
    this.#untilLook = this.#stride - 1;
    this.#nowMs = nowMs;
    this.#wallOffsetMs = wallClockMs(this.#scheduler) - nowMs;
    return true;
  }

  /** A synchronous delivery is under way. */
  get isDelivering(): boolean {
    return this.#depth > 0;
  }

  /** As of the last look, in milliseconds of the scheduler: for within a delivery. */
  get lookedMs(): number {
    return this.#nowMs;
  }

  /** In milliseconds of the scheduler. */
  now(): number {
    return this.#isFast ? this.#nowMs : this.#scheduler.now();
  }

  /** The time of day. */
  wallNow(): number {
    return this.#isFast ? this.#nowMs + this.#wallOffsetMs : wallClockMs(this.#scheduler);
  }

  get #isFast(): boolean {
    return this.#depth > 0 && this.#stride > 1;
  }
}
