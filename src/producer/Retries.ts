import { backoffMs } from '../internal/backoff.ts';
import { Alarm } from './Alarm.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import { Heap } from './Heap.ts';
import type { Lifetime } from './Lifetime.ts';
import { entriesOf, type Parcel } from './Parcel.ts';

export interface RetriesSink<T> {
  /** These wait, and come back after the delay. */
  waiting(entries: readonly Entry<T>[], attempt: number, delayMs: number): void;
  /** These groups have waited. */
  ready(groups: readonly (readonly Entry<T>[])[]): void;
}

interface Wait<T> {
  readonly entries: readonly Entry<T>[];
  readonly endsAt: number;
}

/** Longer waits end at multiples of this: what has waited here and there goes on together, in few requests. */
const TOGETHER_MS = 50;

/**
 * The records that were refused, while they wait for their next attempt: longer, the more attempts they have had. Those of one shard with as many
 * attempts wait together, and so do those that were in one aggregate.
 */
export class Retries<T> {
  readonly #settings: ProducerSettings<T>;
  readonly #sink: RetriesSink<T>;
  readonly #waits = new Heap<Wait<T>>(({ endsAt }) => endsAt);
  readonly #lifetime: Lifetime;
  readonly #alarm: Alarm;

  constructor(settings: ProducerSettings<T>, lifetime: Lifetime, sink: RetriesSink<T>) {
    this.#settings = settings;
    this.#lifetime = lifetime;
    this.#sink = sink;
    this.#alarm = new Alarm(settings.scheduler, () => this.#endWaits());
  }

  /** Takes what may succeed later, and returns what is not worth another attempt. */
  add(refused: readonly Parcel<T>[]): Entry<T>[] {
    const now = this.#settings.scheduler.now();
    const hopeless: Entry<T>[] = [];
    const waits = new Map<string, { readonly attempt: number; readonly entries: Entry<T>[] }>();
    for (const parcel of refused) {
      const entries = entriesOf(parcel);
      const attempt = entries.reduce((most, { attempts }) => Math.max(most, attempts), 0);
      const key = `${attempt} ${parcel.shardId ?? ''}`;
      for (const entry of entries) {
        const wait = waits.get(key);
        if (this.#lifetime.reasonToEnd(entry, now) !== undefined) hopeless.push(entry);
        else if (wait) wait.entries.push(entry);
        else waits.set(key, { attempt, entries: [entry] });
      }
    }
    for (const { attempt, entries } of waits.values()) this.#wait(entries, attempt, now);
    return hopeless;
  }

  /** Drops them all. */
  cancel(): void {
    this.#alarm.cancel();
    this.#waits.clear();
  }

  #wait(entries: readonly Entry<T>[], attempt: number, now: number): void {
    const { backoff, random } = this.#settings;
    const firstEnd = entries.reduce(
      (first, { arrivedAt }) => Math.min(first, this.#lifetime.endOf(arrivedAt)),
      Infinity,
    );
    const ripeAt = now + backoffMs(attempt, backoff, random());
    const sharedAt = Math.floor(ripeAt / TOGETHER_MS) * TOGETHER_MS;
    // Not beyond the end of a life: its result is due then.
    const lastAt = Math.ceil(firstEnd / TOGETHER_MS) * TOGETHER_MS;
    const endsAt = Math.max(now + 1, Math.min(sharedAt > now ? sharedAt : ripeAt, lastAt));
    this.#waits.push({ entries, endsAt });
    this.#alarm.setFor(endsAt);
    this.#sink.waiting(entries, attempt, endsAt - now);
  }

  #endWaits(): void {
    const now = this.#settings.scheduler.now();
    const groups: (readonly Entry<T>[])[] = [];
    for (let { least } = this.#waits; least && least.endsAt <= now; { least } = this.#waits) {
      groups.push(least.entries);
      this.#waits.shift();
    }
    this.#alarm.setFor(this.#waits.least?.endsAt ?? Infinity);
    this.#sink.ready(groups);
  }
}
