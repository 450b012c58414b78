import type { AgentHealth } from './AgentHealth.ts';
import { Batch } from './Batch.ts';
import type { StatsdClientLike } from './StatsdClientLike.ts';
import type { StatsdLine, StatsdSender } from './StatsdLine.ts';

const METHODS = { c: 'increment', g: 'gauge', h: 'histogram', d: 'distribution', ms: 'timing' } as const;

/** Sends by the methods of whatever client was given, of which nobody knows whether it calls back. */
export class CallingSender implements StatsdSender {
  readonly #client: StatsdClientLike;
  readonly #health: AgentHealth;

  constructor(client: StatsdClientLike, health: AgentHealth) {
    this.#client = client;
    this.#health = health;
  }

  send(lines: readonly StatsdLine[], done: () => void): void {
    const batch = new Batch(this.#health, () => undefined);
    for (const { named, value, type } of lines) {
      batch.call((callback) => {
        this.#client[METHODS[type]]?.(named.name, value, named.tags, callback);
      });
    }
    batch.end();
    done();
  }

  close(done: () => void): void {
    done();
  }
}
