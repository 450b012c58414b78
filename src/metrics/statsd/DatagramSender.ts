import type { AgentHealth } from './AgentHealth.ts';
import { Batch } from './Batch.ts';
import { formatRate } from './formatRate.ts';
import type { StatsdCallback } from './StatsdClientLike.ts';
import type { StatsdLine, StatsdSender } from './StatsdLine.ts';
import type { StatsdName } from './StatsdSeries.ts';

/** What is used of a client of hot-shots (17) that was made here, in part besides what its types tell. */
export interface HotShotsTransport {
  /** What the environment says of this process, as `name:value`. */
  readonly globalTags: readonly string[];
  /** What goes behind the tags, for Datadog: the container, for one. Not every version has it. */
  getDatadogExtensionFields?(): readonly string[];
  /** Sends a datagram, by a new socket where the last one broke. */
  sendMessage(datagram: string, callback: StatsdCallback): void;
  close(callback: StatsdCallback): void;
}

/** What UDP carries over IPv4. */
const MAX_DATAGRAM_BYTES = 65_507;

/**
 * Puts lines into datagrams, and sends those through a client of hot-shots. Its own way of doing that puts each line's tags together anew and
 * measures the whole datagram for each line, which takes as long as all the rest of the metrics.
 */
export class DatagramSender implements StatsdSender {
  readonly #client: HotShotsTransport;
  readonly #health: AgentHealth;
  readonly #maxBytes: number;
  #hasReportedLength = false;
  /** What stands behind the values of a series. */
  readonly #tails = new WeakMap<StatsdName, string>();

  constructor(client: HotShotsTransport, health: AgentHealth, maxBytes: number) {
    this.#client = client;
    this.#health = health;
    this.#maxBytes = maxBytes;
  }

  send(lines: readonly StatsdLine[], done: () => void): void {
    const batch = new Batch(this.#health, done);
    for (const datagram of this.#pack(lines)) {
      batch.call((callback) => this.#client.sendMessage(datagram, callback));
    }
    batch.end();
  }

  close(done: () => void): void {
    const batch = new Batch(this.#health, done);
    batch.call((callback) => this.#client.close(callback));
    batch.end();
  }

  *#pack(lines: readonly StatsdLine[]): Generator<string> {
    let datagram = '';
    let bytes = 0;
    for (const { named, value, type, rate } of lines) {
      const line = `${named.name}:${value}|${type}${formatRate(rate)}${this.#tailOf(named)}`;
      const lineBytes = Buffer.byteLength(line);
      if (lineBytes > MAX_DATAGRAM_BYTES) {
        this.#reportTooLong(line, lineBytes);
        continue;
      }
      if (bytes > 0 && bytes + 1 + lineBytes > this.#maxBytes) {
        yield datagram;
        bytes = 0;
      }
      datagram = bytes === 0 ? line : `${datagram}\n${line}`;
      bytes += bytes === 0 ? lineBytes : 1 + lineBytes;
    }
    if (bytes > 0) yield datagram;
  }

  /** It would fail like one that does not reach the agent. */
  #reportTooLong(line: string, bytes: number): void {
    if (this.#hasReportedLength) return;
    this.#hasReportedLength = true;
    process.emitWarning(
      `A StatsD line of ${bytes} bytes is left out, as a datagram has at most ${MAX_DATAGRAM_BYTES}: ${line.slice(0, 100)}…. ` +
        'Shorten its labels; this is reported once.',
      { type: 'KinesisMetricsWarning' },
    );
  }

  #tailOf(named: StatsdName): string {
    const known = this.#tails.get(named);
    if (known !== undefined) return known;
    const { globalTags } = this.#client;
    const others = globalTags.filter((tag) => !Object.hasOwn(named.tags, tag.split(':', 1)[0] ?? ''));
    const tags = [...others, ...Object.entries(named.tags).map(([name, value]) => `${name}:${value}`)];
    const fields = [
      ...(tags.length === 0 ? [] : [`#${tags.join(',')}`]),
      ...(this.#client.getDatadogExtensionFields?.() ?? []),
    ];
    const tail = fields.map((field) => `|${field}`).join('');
    this.#tails.set(named, tail);
    return tail;
  }
}
