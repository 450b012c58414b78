import type { AgentHealth } from './AgentHealth.ts';
import type { StatsdCallback } from './StatsdClientLike.ts';

/** The calls of one flush: tells when all have called back, and the agent's health by what they said. */
export class Batch {
  readonly #health: AgentHealth;
  readonly #done: () => void;
  readonly #failuresBefore: number;
  #open = 1;

  constructor(health: AgentHealth, done: () => void) {
    this.#health = health;
    this.#done = done;
    this.#failuresBefore = health.failures;
  }

  /** Calls, with a callback that counts once; what the call throws is a failure like one that it calls back with. */
  call(act: (callback: StatsdCallback) => void): void {
    this.#open++;
    let isOpen = true;
    const settle: StatsdCallback = (error) => {
      if (!isOpen) return;
      isOpen = false;
      if (error) this.#health.failed(error);
      this.#settle();
    };
    try {
      act(settle);
    } catch (error) {
      settle(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** There are no more calls. */
  end(): void {
    this.#settle();
  }

  #settle(): void {
    this.#open--;
    if (this.#open > 0) return;
    if (this.#health.failures === this.#failuresBefore) this.#health.worked();
    this.#done();
  }
}
