import type { Subscription } from 'rxjs';
import { backoffMs } from '../internal/backoff.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import { endOfLife } from './endOfLife.ts';
import type { Entry } from './Entry.ts';

export interface RetriesSink<T> {
  /** These wait, and come back after the delay. */
  waiting(entries: readonly Entry<T>[], attempt: number, delayMs: number): void;
  /** These have waited. */
  ready(entries: readonly Entry<T>[]): void;
}

/** The records that were refused, while they wait for their next attempt: longer, the more attempts they have had. */
export class Retries<T> {
  readonly #settings: ProducerSettings<T>;
  readonly #work: Subscription;
  readonly #sink: RetriesSink<T>;

  /** @param work gets each wait, and cancels it when it ends */
  constructor(settings: ProducerSettings<T>, work: Subscription, sink: RetriesSink<T>) {
    this.#settings = settings;
    this.#work = work;
    this.#sink = sink;
  }

  /** Takes what may succeed later, and returns what is not worth another attempt. */
  add(refused: readonly Entry<T>[]): Entry<T>[] {
    const now = this.#settings.scheduler.now();
    const hopeless: Entry<T>[] = [];
    const byAttempts = new Map<number, Entry<T>[]>();
    for (const entry of refused) {
      const alike = byAttempts.get(entry.attempts);
      if (endOfLife(entry, this.#settings, now)) hopeless.push(entry);
      else if (alike) alike.push(entry);
      else byAttempts.set(entry.attempts, [entry]);
    }
    for (const [attempt, entries] of byAttempts) this.#wait(entries, attempt, now);
    return hopeless;
  }

  #wait(entries: readonly Entry<T>[], attempt: number, now: number): void {
    const { backoff, random, scheduler, ttlMs } = this.#settings;
    const firstEnd = entries.reduce((first, { arrivedAt }) => Math.min(first, arrivedAt + ttlMs), Infinity);
    // Not beyond the end of a life: its result is due then.
    const delayMs = Math.min(backoffMs(attempt, backoff, random()), Math.max(1, firstEnd - now));
    const wait = scheduler.schedule(() => {
      this.#work.remove(wait);
      this.#sink.ready(entries);
    }, delayMs);
    this.#work.add(wait);
    this.#sink.waiting(entries, attempt, delayMs);
  }
}
