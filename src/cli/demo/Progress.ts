import type { ShardStatus } from '../../index.ts';
import type { Ledger } from './Ledger.ts';
import type { ShardLine, Snapshot } from './Snapshot.ts';

/** How much of what was seen before counts in a rate, at each look. */
const INERTIA = 0.8;

interface Tally {
  records: number;
  recordsAtLook: number;
  perSecond: number;
}

/** Counts what is on its way, for the live view and the result. */
export class Progress {
  written = 0;
  maxInFlight = 0;
  peakRssBytes = 0;
  #inFlight = 0;
  #lookedAt = 0;
  readonly #ledger: Ledger;
  readonly #records: number;
  readonly #startedAt = performance.now();
  readonly #tallies = new Map<string, Tally>();

  constructor(ledger: Ledger, records: number) {
    this.#ledger = ledger;
    this.#records = records;
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1_000;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** What the reader before had in flight is gone with it. */
  startReader(): void {
    this.#inFlight = 0;
  }

  arrive(shardId: string): void {
    this.maxInFlight = Math.max(this.maxInFlight, ++this.#inFlight);
    const tally = this.#tallies.get(shardId) ?? { records: 0, recordsAtLook: 0, perSecond: 0 };
    tally.records++;
    this.#tallies.set(shardId, tally);
  }

  leave(): void {
    this.#inFlight--;
  }

  look(shards: readonly ShardStatus[]): Snapshot {
    const { seconds } = this;
    const passed = seconds - this.#lookedAt;
    this.#lookedAt = seconds;
    for (const tally of this.#tallies.values()) {
      const now = (tally.records - tally.recordsAtLook) / passed;
      tally.perSecond = INERTIA * tally.perSecond + (1 - INERTIA) * now;
      tally.recordsAtLook = tally.records;
    }
    this.peakRssBytes = Math.max(this.peakRssBytes, process.memoryUsage.rss());
    return {
      seconds,
      records: this.#records,
      written: this.written,
      distinct: this.#ledger.distinct,
      inFlight: this.#inFlight,
      shards: shards.map((shard) => this.#lineOf(shard)),
    };
  }

  #lineOf({ shardId, isOwned, lastCheckpointed, millisBehindLatest, inFlightRecords }: ShardStatus): ShardLine {
    const { records = 0, perSecond = 0 } = this.#tallies.get(shardId) ?? {};
    return {
      shardId,
      state: isOwned ? 'reading' : lastCheckpointed === 'SHARD_END' ? 'ended' : 'waiting',
      records,
      perSecond,
      ageMs: millisBehindLatest,
      inFlight: inFlightRecords,
    };
  }
}
