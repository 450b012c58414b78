import { backoffMs } from '../internal/backoff.ts';
import { Alarm } from './Alarm.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import { endOfLife } from './endOfLife.ts';
import type { Entry } from './Entry.ts';
import { Heap } from './Heap.ts';

export interface RetriesSink<T> {
  /** These wait, and come back after the delay. */
  waiting(entries: readonly Entry<T>[], attempt: number, delayMs: number): void;
  /** These have waited. */
  ready(entries: readonly Entry<T>[]): void;
}

interface Wait<T> {
  readonly entries: readonly Entry<T>[];
  readonly endsAt: number;
}

/** The records that were refused, while they wait for their next attempt: longer, the more attempts they have had. */
export class Retries<T> {
  readonly #settings: ProducerSettings<T>;
  readonly #sink: RetriesSink<T>;
  readonly #waits = new Heap<Wait<T>>(({ endsAt }) => endsAt);
  readonly #alarm: Alarm;

  constructor(settings: ProducerSettings<T>, sink: RetriesSink<T>) {
    this.#settings = settings;
    this.#sink = sink;
    this.#alarm = new Alarm(settings.scheduler, () => this.#endWaits());
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

  /** Drops them all. */
  cancel(): void {
    this.#alarm.cancel();
    this.#waits.clear();
  }

  #wait(entries: readonly Entry<T>[], attempt: number, now: number): void {
    const { backoff, random, ttlMs } = this.#settings;
    const firstEnd = entries.reduce((first, { arrivedAt }) => Math.min(first, arrivedAt + ttlMs), Infinity);
    // Not beyond the end of a life: its result is due then.
    const delayMs = Math.min(backoffMs(attempt, backoff, random()), Math.max(1, firstEnd - now));
    this.#waits.push({ entries, endsAt: now + delayMs });
    this.#alarm.setFor(now + delayMs);
    this.#sink.waiting(entries, attempt, delayMs);
  }

  #endWaits(): void {
    const now = this.#settings.scheduler.now();
    while ((this.#waits.least?.endsAt ?? Infinity) <= now) this.#sink.ready(this.#waits.shift()?.entries ?? []);
    this.#alarm.setFor(this.#waits.least?.endsAt ?? Infinity);
  }
}
