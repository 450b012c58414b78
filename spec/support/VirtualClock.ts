import { VirtualTimeScheduler } from 'rxjs';

/** A scheduler whose time stands still but for what a spec lets pass. */
export class VirtualClock extends VirtualTimeScheduler {
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    super();
    this.frame = startMs;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.actions.length;
  }

  /** Lets `ms` pass, and everything that is due meanwhile happen. */
  pass(ms: number): void {
    const until = this.frame + ms;
    this.maxFrames = until;
    this.flush();
    this.frame = until;
  }

  /** Lets time pass until `condition` holds, looked at every `stepMs`; tells how long that took, or fails after `maxMs`. */
  passUntil(condition: () => boolean, maxMs = 600_000, stepMs = 10): number {
    const startMs = this.frame;
    while (!condition()) {
      if (this.frame - startMs >= maxMs) throw new Error(`not so within ${maxMs} ms: ${condition.toString()}`);
      this.pass(stepMs);
    }
    return this.frame - startMs;
  }
}
