/** How far a demo is. */
export interface Snapshot {
  readonly seconds: number;
  readonly records: number;
  readonly written: number;
  readonly distinct: number;
  readonly inFlight: number;
  readonly shards: readonly ShardLine[];
}

/** How far a shard is. */
export interface ShardLine {
  readonly shardId: string;
  readonly state: 'reading' | 'waiting' | 'ended';
  /** Delivered, repetitions included. */
  readonly records: number;
  readonly perSecond: number;
  /** How far behind the tip the reader is; undefined where none reads. */
  readonly ageMs: number | undefined;
  readonly inFlight: number;
}
