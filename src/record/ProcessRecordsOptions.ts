import type { SchedulerLike } from 'rxjs';
import type { BackoffOptions } from '../internal/backoff.ts';
import type { ProcessingOrder } from './Lanes.ts';
import type { PoisonPolicy } from './PoisonPolicy.ts';

/** When a record whose processing failed is tried again: after `initialMs * 2 ** (attempt - 1)`, capped at `maxMs`, with full jitter. */
export interface ProcessRetryOptions extends BackoffOptions {
  /** How often a record is tried, the first time included. From 1 to 1,000; default 5. */
  readonly maxAttempts?: number;
  /** Whether to try again after this error. Default: after any. What it throws errors the stream, together with that error. */
  readonly when?: (error: unknown) => boolean;
}

/** How records are processed: how many at a time, in which order, and what becomes of those that fail. */
export interface ProcessRecordsOptions {
  /** How many records are in `project`, or with their dead letter, at a time. From 1 to 100,000; default 16. */
  readonly concurrency?: number;
  /**
   * Which records are processed one after the other, in the order of their arrival: those of a partition key (default), those of a shard, or none.
   * Keys and shards are a stream's own. A record that tells no partition key waits with those of its shard that tell none.
   */
  readonly order?: ProcessingOrder;
  /** Default: no second attempt. `{}` takes the defaults of its fields. */
  readonly retry?: ProcessRetryOptions;
  /** What becomes of a record whose last attempt failed. Default `'fail'`. */
  readonly poison?: PoisonPolicy;
  /** Where waiting happens. Default: the timers of `asyncScheduler`, on a clock that never steps back. */
  readonly scheduler?: SchedulerLike;
  /** Where jitter comes from: a number in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}
