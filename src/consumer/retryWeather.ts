import { retry, timer, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { backoffMs, type Backoff } from '../internal/backoff.ts';

export interface RetryWeatherOptions {
  readonly backoff: Backoff;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  /** Default: no bound. */
  readonly maxAttempts?: number;
  /** Told of each failure that is retried, before the wait. */
  readonly onRetry: (error: KinesisStreamError, attempt: number, delayMs: number) => void;
}

/** Subscribes again after a `retryable` error and a jittered wait, for ever or `maxAttempts` times; passes any other error on. A value resets the wait. */
export function retryWeather<T>({
  backoff,
  scheduler,
  random,
  maxAttempts = Infinity,
  onRetry,
}: RetryWeatherOptions): MonoTypeOperatorFunction<T> {
  return retry({
    resetOnSuccess: true,
    delay: (error, attempt) => {
      if (!(error instanceof KinesisStreamError) || !error.retryable || attempt >= maxAttempts) throw error;
      const delayMs = backoffMs(attempt, backoff, random());
      onRetry(error, attempt, delayMs);
      return timer(delayMs, scheduler);
    },
  });
}
