import type { AgentHealth } from './AgentHealth.ts';
import { Batch } from './Batch.ts';
import { formatRate } from './formatRate.ts';
import type { StatsdCallback, StatsdTags } from './StatsdClientLike.ts';
import type { StatsdLine, StatsdSender } from './StatsdLine.ts';

/** What a client of hot-shots (17) has besides what its types tell. */
export interface HotShotsClient {
  readonly prefix: string;
  readonly suffix: string;
  /** Adds the tags and the client's own to a line, and sends or buffers that: whole lines, parted by newlines, up to its `maxBufferSize`. */
  send(line: string, tags: StatsdTags, callback: StatsdCallback): void;
  /** Sends what is buffered. */
  flushQueue(callback: StatsdCallback): void;
  /** As `flushQueue`, and waits for what was sent before. Not every version has it. */
  flush?(callback: StatsdCallback): void;
}

/**
 * Sends through a client of hot-shots that was given, line by line: its own methods would take `sampleRate` as an order to throw the dice for each value,
 * and would so lose what was already sampled.
 */
export class HotShotsSender implements StatsdSender {
  readonly #client: HotShotsClient;
  readonly #health: AgentHealth;

  constructor(client: HotShotsClient, health: AgentHealth) {
    this.#client = client;
    this.#health = health;
  }

  static isFor(client: object): client is HotShotsClient {
    const { prefix, suffix, send, sendMessage, flushQueue } = client as Partial<Record<string, unknown>>;
    return (
      typeof prefix === 'string' &&
      typeof suffix === 'string' &&
      [send, sendMessage, flushQueue].every((method) => typeof method === 'function')
    );
  }

  send(lines: readonly StatsdLine[], done: () => void): void {
    const client = this.#client;
    const batch = new Batch(this.#health, done);
    for (const { named, value, type, rate } of lines) {
      const line = `${client.prefix}${named.name}${client.suffix}:${value}|${type}${formatRate(rate)}`;
      batch.call((callback) => client.send(line, named.tags, callback));
    }
    batch.call((callback) => (client.flush ? client.flush(callback) : client.flushQueue(callback)));
    batch.end();
  }

  close(done: () => void): void {
    done();
  }
}
