import type { SchedulerLike } from 'rxjs';

/** So many calls in a row of which none changes anything keep a processor busy for half a minute: no test that is to end makes them. */
const MAX_CALLS = 200_000;
const LOOK_EVERY = 1_000;
const HOUR_MS = 3_600_000;
/** A large stream may need as many within seconds. */
const MIN_SPAN_MS = HOUR_MS;
/** Time that passes so many times as fast as the machine's is virtual. */
const MIN_SPEED = 100;

const READS = new Set([
  'DescribeLimits',
  'DescribeStream',
  'DescribeStreamSummary',
  'GetRecords',
  'GetShardIterator',
  'ListShards',
  'ListStreams',
]);

/** When something began, on the scheduler and on both clocks of the machine: either of these may step, or stand still while it sleeps. */
interface Start {
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/**
 * Finds out that a reader goes on for ever in virtual time.
 *
 * `flush()` of a virtual scheduler returns when nothing is left to do. A reader always has something left, and no timeout of a test
 * framework can interrupt it. In real time, whatever the machine's clocks do, it finds nothing.
 */
export class EndlessReading {
  readonly #scheduler: SchedulerLike;
  #calls = 0;
  #start: Start | undefined;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  /** Something was put, or changed: it is no endless reading. */
  changed(): void {
    this.#calls = 0;
  }

  /** Counts a call; when there were too many, throws where the scheduler works, as elsewhere it would be the error of a call. */
  called(operation: string): void {
    if (!READS.has(operation)) this.#calls = 0;
    if (this.#calls === 0) this.#start = this.#now();
    this.#calls += 1;
    if (this.#calls < MAX_CALLS || this.#calls % LOOK_EVERY > 0 || !this.#start) return;
    const { virtualMs, wallMs, monotonicMs } = this.#now();
    const spanMs = virtualMs - this.#start.virtualMs;
    const realMs = Math.max(Math.abs(wallMs - this.#start.wallMs), monotonicMs - this.#start.monotonicMs);
    if (spanMs < MIN_SPAN_MS || spanMs < realMs * MIN_SPEED) return;
    const error = new Error(
      `FakeKinesis was read ${this.#calls} times in ${(spanMs / HOUR_MS).toFixed(1)} hours of virtual time while nothing was put ` +
        'or changed: a reader never ends by itself, and neither does the flush of its scheduler. Give fromKinesis the option until, or unsubscribe.',
    );
    this.#calls = 0;
    this.#scheduler.schedule(() => {
      throw error;
    });
  }

  #now(): Start {
    // eslint-disable-next-line no-restricted-properties -- it tells a virtual clock from those of the machine
    return { virtualMs: this.#scheduler.now(), wallMs: Date.now(), monotonicMs: performance.now() };
  }
}
