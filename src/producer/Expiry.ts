import { Alarm } from './Alarm.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import type { Lifetime } from './Lifetime.ts';
import type { Outage } from './Outage.ts';
import { PutFailure } from './PutResult.ts';
import type { ShardQueues } from './ShardQueues.ts';

/** Gives up the records whose lives are over, and rings when those of some in the queues are. */
export class Expiry<T> {
  readonly #settings: ProducerSettings<T>;
  readonly #lifetime: Lifetime;
  readonly #queues: ShardQueues<T>;
  readonly #outage: Outage;
  readonly #alarm: Alarm;

  /** @param onEnd called when it is time to look for some: {@link Expiry.takeExpired} */
  constructor(
    settings: ProducerSettings<T>,
    lifetime: Lifetime,
    queues: ShardQueues<T>,
    outage: Outage,
    onEnd: () => void,
  ) {
    this.#settings = settings;
    this.#lifetime = lifetime;
    this.#queues = queues;
    this.#outage = outage;
    this.#alarm = new Alarm(settings.scheduler, onEnd);
  }

  isOver({ arrivedAt }: Entry<T>, now: number): boolean {
    return this.#lifetime.endOf(arrivedAt) <= now;
  }

  /** Rings no later than at the end of its life. */
  watch({ arrivedAt }: Entry<T>): void {
    this.#alarm.setFor(this.#lifetime.endOf(arrivedAt));
  }

  /** Takes those out of the queues whose lives are over, with their results, and watches the others. */
  takeExpired(): readonly Entry<T>[] {
    const arrival = this.#lifetime.arrivalOfLastOver(this.#settings.scheduler.now());
    const over = this.giveUp(this.#queues.takeArrivedUntil(arrival));
    this.#alarm.setFor(this.#lifetime.endOf(this.#queues.firstArrivedAt));
    return over;
  }

  /** Gives records their results, whether their lives are over or nothing can help them. */
  giveUp(entries: readonly Entry<T>[]): readonly Entry<T>[] {
    const now = this.#settings.scheduler.now();
    for (const entry of entries) {
      const error = this.#lifetime.errorOf(entry, now, this.#outage.error);
      entry.result = new PutFailure(entry.value, entry.attempts, error);
    }
    return entries;
  }

  cancel(): void {
    this.#alarm.cancel();
  }
}
