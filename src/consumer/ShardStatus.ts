import type { Checkpoint } from '../checkpoint/Lease.ts';
import type { PauseReason } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Position } from '../record/position.ts';

/** What a worker knows of one shard at this moment. */
export interface ShardStatus {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  /** Takes writes still, as of the last listing. */
  readonly isOpen: boolean;
  /** This worker reads the shard. */
  readonly isOwned: boolean;
  /** The worker that reads the shard, as of the last look at the store. */
  readonly owner: string | undefined;
  /** How far behind the tip the last answer was, in milliseconds; undefined before the first, and where the shard is not owned. */
  readonly millisBehindLatest: number | undefined;
  /** Records delivered and not settled. */
  readonly inFlightRecords: number;
  /** All up to and including it are settled; undefined until something was settled here. */
  readonly lastSettled: Position | undefined;
  /** The store's checkpoint: this worker's last write where the shard is owned, else as of the last look at the store. */
  readonly lastCheckpointed: Checkpoint | undefined;
  /**
   * Why the shard is not being read at this moment: `inFlight`, too much is unsettled; `pace`, the next call is not due; `backoff`, the
   * last call failed. Undefined while a call is under way.
   */
  readonly pausedFor: PauseReason | undefined;
}

/** One subscription to a source. */
export interface WorkerStatus {
  readonly workerId: string;
  readonly inFlightRecords: number;
  /** Every shard of the stream that is known, in order of its id. */
  readonly shards: readonly ShardStatus[];
}
