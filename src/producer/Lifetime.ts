import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { PutFailedError } from '../errors/PutFailedError.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';

type Limits = Pick<ProducerSettings<unknown>, 'maxAttempts' | 'ttlMs'>;

/** How long records are tried: from their arrival, or from when the stream was there to take them. */
export class Lifetime {
  readonly #streamName: string;
  readonly #limits: Limits;
  #openedAt = Infinity;

  constructor(streamName: string, limits: Limits) {
    this.#streamName = streamName;
    this.#limits = limits;
  }

  /** The stream takes records. */
  open(now: number): void {
    this.#openedAt = now;
  }

  /** When a record that arrived then is given up. */
  endOf(arrivedAt: number): number {
    return Math.max(arrivedAt, this.#openedAt) + this.#limits.ttlMs;
  }

  /** Those that arrived then, or before, are over. */
  arrivalOfLastOver(now: number): number {
    const { ttlMs } = this.#limits;
    return now < this.#openedAt + ttlMs ? -Infinity : now - ttlMs;
  }

  /** Says why a record is not tried again; undefined while it may be. */
  reasonToEnd(entry: Entry<unknown>, now: number): string | undefined {
    const { maxAttempts, ttlMs } = this.#limits;
    if (entry.lastError?.kind === 'fatal') return 'repeating the request cannot help';
    if (entry.attempts >= maxAttempts) return `maxAttempts is ${maxAttempts}`;
    if (now >= this.endOf(entry.arrivedAt)) return `ttlMs is ${ttlMs}`;
    return undefined;
  }

  #why(entry: Entry<unknown>, now: number): string {
    const reason = this.reasonToEnd(entry, now) ?? 'it was given up';
    // Or it was in a request that was refused for one of its records, which was no attempt.
    if (entry.attempts > 0 || entry.company < Infinity) return reason;
    return `${reason}, in which it was never sent (its shard gets all that it takes, requests have no answer, or it came when it was too late)`;
  }

  /** The error of a record whose life is over; `obstacle` kept it from being sent. */
  errorOf(entry: Entry<unknown>, now: number, obstacle: KinesisServiceError | undefined): PutFailedError {
    const { value, attempts, lastError = obstacle } = entry;
    return new PutFailedError(this.#why(entry, now), {
      streamName: this.#streamName,
      value,
      attempts,
      cause: lastError,
      retryable: lastError?.retryable ?? true,
    });
  }
}
