import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { backoffMs } from '../internal/backoff.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';

type OutageSettings = Pick<ProducerSettings<unknown>, 'backoff' | 'random' | 'maxInFlightRequests'>;

/**
 * Whether requests fail as a whole, one after the other, as while the service or the network is down. Then it is not records that have to wait
 * for another attempt but the writer: one request at a time, after a wait that is longer the more have failed.
 *
 * A single failure is none: the next request may have its answer.
 */
export class Outage {
  readonly #settings: OutageSettings;
  #failures = 0;
  #failedAt = -Infinity;
  #resumesAt = -Infinity;
  #error: KinesisServiceError | undefined;

  constructor(settings: OutageSettings) {
    this.#settings = settings;
  }

  get isOn(): boolean {
    return this.#failures > 1;
  }

  /** No request goes before. */
  get resumesAt(): number {
    return this.#resumesAt;
  }

  /** How many requests may be under way. */
  get maxInFlightRequests(): number {
    return this.isOn ? 1 : this.#settings.maxInFlightRequests;
  }

  /** Why no request gets through. */
  get error(): KinesisServiceError | undefined {
    return this.isOn ? this.#error : undefined;
  }

  /** A request of that time failed as a whole, and others may not. Of those that were under way together one counts. */
  failed(error: KinesisServiceError, sentAt: number, now: number): void {
    this.#error = error;
    if (sentAt < this.#failedAt) return;
    const { backoff, random } = this.#settings;
    this.#failures += 1;
    this.#failedAt = now;
    if (this.isOn) this.#resumesAt = now + backoffMs(this.#failures - 1, backoff, random());
  }

  /** A request had an answer, be it that it cannot be cured. */
  ended(): void {
    this.#failures = 0;
    this.#resumesAt = -Infinity;
  }
}
