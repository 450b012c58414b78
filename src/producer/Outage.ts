import { MAX_PUT_RECORDS } from '../aws/limits.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { backoffMs } from '../internal/backoff.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';

type OutageSettings = Pick<ProducerSettings<unknown>, 'backoff' | 'random' | 'maxInFlightRequests'>;

/** Of the largest request so many halves are refused, one after the other, before the record at fault is alone. */
const MOST_REFUSALS = Math.ceil(Math.log2(MAX_PUT_RECORDS)) + 1;

/**
 * Whether requests fail as a whole, one after the other, as while the service or the network is down. Then it is not records that have to wait
 * for another attempt but the writer: one request at a time, after a wait that is longer the more have failed.
 *
 * A single failure is none: the next request may have its answer. Nor are requests that are refused for one of their records, until so many are in a
 * row that none of their records can be the one. What then has to be found out costs a short wait each time, for those who are not at fault.
 */
export class Outage {
  readonly #settings: OutageSettings;
  #failures = 0;
  #refusals = 0;
  #failedAt = -Infinity;
  #resumesAt = -Infinity;
  #error: KinesisServiceError | undefined;

  constructor(settings: OutageSettings) {
    this.#settings = settings;
  }

  get isOn(): boolean {
    return this.#failures > 1 || this.#refusals > MOST_REFUSALS;
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
    this.#failures += 1;
    this.#pause(this.#failures - 1, now);
  }

  /** A request of that time was refused for one of its records, and nobody says which. */
  refused(error: KinesisServiceError, sentAt: number, now: number): void {
    this.#error = error;
    this.#failures = 0;
    if (sentAt < this.#failedAt) return;
    this.#refusals += 1;
    this.#pause(1, now);
  }

  /** A request had an answer, be it that it cannot be cured. */
  ended(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#resumesAt = -Infinity;
  }

  #pause(attempt: number, now: number): void {
    const { backoff, random } = this.#settings;
    this.#failedAt = now;
    if (this.isOn) this.#resumesAt = now + backoffMs(attempt, backoff, random());
  }
}
