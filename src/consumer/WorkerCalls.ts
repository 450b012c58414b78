import {
  catchError,
  EMPTY,
  interval,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  switchMap,
  take,
  tap,
} from 'rxjs';
import type { Lease } from '../checkpoint/Lease.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { retryWeather } from './retryWeather.ts';
import { storeCall } from './storeCall.ts';

/** Attempts of a write when a worker stops: about two seconds at the default backoff. */
const ATTEMPTS_AT_STOP = 5;
/** A large table may take longer to be read than a lease lasts. */
const MIN_LIST_TIMEOUT_MS = 60_000;

/** How a worker calls its store and lists its stream: with deadlines, retries, and a report of each failure. */
export class WorkerCalls {
  readonly #settings: ConsumerSettings;
  readonly #diagnostics: Diagnostics;

  constructor(settings: ConsumerSettings, diagnostics: Diagnostics) {
    this.#settings = settings;
    this.#diagnostics = diagnostics;
  }

  /** One call to the store, by default answered within the duration of a lease; see {@link storeCall}. */
  store<T>(
    doing: string,
    shardId: string | undefined,
    call: () => ObservableInput<T>,
    timeoutMs = this.#settings.leaseDurationMs,
  ): Observable<T> {
    const { scheduler, target } = this.#settings;
    return storeCall(call, { doing, streamName: target.streamName, shardId, timeoutMs, scheduler });
  }

  /**
   * All leases of the stream, however long the store takes to answer. Once a lease's duration has passed it is asked a second time beside the
   * first, and anew after each, and that is reported: an answer that was lost does not hold up what a slow one may need.
   */
  leases(): Observable<readonly Lease[]> {
    const { checkpoints, target, leaseDurationMs, scheduler } = this.#settings;
    const timeoutMs = Math.max(MIN_LIST_TIMEOUT_MS, leaseDurationMs);
    const read = this.store('reading the leases', undefined, () => checkpoints.leases(target.streamName), timeoutMs);
    const again = interval(leaseDurationMs, scheduler).pipe(
      tap((index) => {
        this.report(undefined, late(target.streamName, leaseDurationMs), index + 1, 0);
      }),
      switchMap(() => read.pipe(catchError(ifRetryable))),
    );
    return merge(read, again).pipe(take(1), this.weather(undefined));
  }

  /** Retries what passes, for ever; see {@link retryWeather}. */
  weather<T>(shardId: string | undefined): MonoTypeOperatorFunction<T> {
    return this.#retries(shardId, Infinity);
  }

  /** Retries what passes a few times: a stop must come to its end. */
  fewTimes<T>(shardId: string | undefined): MonoTypeOperatorFunction<T> {
    return this.#retries(shardId, ATTEMPTS_AT_STOP);
  }

  report(shardId: string | undefined, error: KinesisStreamError, attempt: number, delayMs: number): void {
    if (!this.#diagnostics.isHeard) return;
    const failure = { streamName: this.#settings.target.streamName, shardId, error, attempt, delayMs };
    this.#diagnostics.emit(
      error instanceof KinesisServiceError
        ? { type: 'readFailed', errorType: error.awsName, ...failure }
        : { type: 'storeFailed', ...failure },
    );
  }

  #retries<T>(shardId: string | undefined, maxAttempts: number): MonoTypeOperatorFunction<T> {
    const { backoff, scheduler, random } = this.#settings;
    return retryWeather<T>({
      backoff,
      scheduler,
      random,
      maxAttempts,
      onRetry: (error, attempt, delayMs) => {
        this.report(shardId, error, attempt, delayMs);
      },
    });
  }
}

function late(streamName: string, timeoutMs: number): CheckpointStoreError {
  return new CheckpointStoreError(
    `Reading the leases takes long on stream ${streamName}: the store did not answer within ${timeoutMs} ms. It is asked again beside. ` +
      'Check the checkpoint store.',
    { streamName, retryable: true },
  );
}

/** The other call is under way still. */
function ifRetryable(error: unknown): Observable<never> {
  if (error instanceof KinesisStreamError && error.retryable) return EMPTY;
  throw error;
}
