import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

/** The clock of one process, which may stand still as a whole, as under SIGSTOP: time goes on, and what was due happens when the process goes on. */
export class ProcessClock implements SchedulerLike {
  readonly #clock: SchedulerLike;
  #held: (() => void)[] | undefined;

  constructor(clock: SchedulerLike) {
    this.#clock = clock;
  }

  get isPaused(): boolean {
    return this.#held !== undefined;
  }

  now(): number {
    return this.#clock.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const hold = (run: () => void) => this.#held?.push(run);
    const isPaused = () => this.isPaused;
    return this.#clock.schedule<T>(
      function (this: SchedulerAction<T>, now?: T) {
        const run = () => {
          if (!this.closed) work.call(this, now);
        };
        if (isPaused()) hold(run);
        else run();
      },
      delay,
      state,
    );
  }

  /** Stands still from now on, for so many milliseconds. */
  pauseFor(ms: number): void {
    if (this.isPaused) return;
    this.#held = [];
    this.#clock.schedule(() => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const run of held) run();
    }, ms);
  }
}
