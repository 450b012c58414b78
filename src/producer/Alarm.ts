import type { SchedulerLike, Subscription } from 'rxjs';

/** Rings once, at the earliest of the times that it was set for. */
export class Alarm {
  readonly #scheduler: SchedulerLike;
  readonly #ring: () => void;
  #action: Subscription | undefined;
  #time = Infinity;

  constructor(scheduler: SchedulerLike, ring: () => void) {
    this.#scheduler = scheduler;
    this.#ring = ring;
  }

  setFor(time: number): void {
    if (time >= this.#time) return;
    this.#action?.unsubscribe();
    this.#time = time;
    this.#action = this.#scheduler.schedule(
      () => {
        this.#time = Infinity;
        this.#ring();
      },
      // Whole milliseconds, as timers have: what is left of a fraction could round to no time at all, again and again.
      Math.ceil(Math.max(0, time - this.#scheduler.now())),
    );
  }

  /** It does not ring any more, whatever it is set for. */
  cancel(): void {
    this.#action?.unsubscribe();
    this.#time = -Infinity;
  }
}
