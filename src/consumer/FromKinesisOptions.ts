import type { Observable, SchedulerLike } from 'rxjs';
import type { ClientOption } from '../aws/clientOf.ts';
import type { CheckpointStore } from '../checkpoint/CheckpointStore.ts';
import type { Codec } from '../codec/Codec.ts';
import type { DiagnosticListener } from '../diagnostics/Diagnostic.ts';
import type { MetricsCollector } from '../metrics/MetricsCollector.ts';
import type { BackoffOptions } from '../internal/backoff.ts';
import type { PoisonPolicy } from '../record/PoisonPolicy.ts';
import type { StartAt } from './StartAt.ts';

/** How a stream is read. Every option has a default. */
export interface FromKinesisOptions<T> {
  /** What talks to Kinesis: a client, the configuration of one, or nothing: region and credentials from the environment. */
  readonly client?: ClientOption;
  /** Decodes the data of records. Default: none, `data` is the bytes. */
  readonly codec?: Codec<T>;
  /** What becomes of records that the codec cannot decode. Default `'fail'`. */
  readonly poison?: PoisonPolicy;
  /** Where progress is kept, and who reads which shard. Default: nowhere; then records need no settling, and nothing bounds what is in flight. */
  readonly checkpoints?: CheckpointStore;
  /** Where reading begins in shards without progress. Default `'TRIM_HORIZON'` with a store, `'LATEST'` without. */
  readonly startAt?: StartAt;
  /** Stops reading, drains, writes the last checkpoints, releases the leases, and completes, when it emits or aborts. Default: never. */
  readonly until?: Observable<unknown> | AbortSignal;
  /** Names this worker in the store; two live workers must differ. Default: host, process and a random part, new at each subscription. */
  readonly workerId?: string;
  /** Shards that this worker reads at the most. From 1 to 100,000; default 100,000. */
  readonly maxShards?: number;
  /**
   * Records, user records of aggregates among them, read and not settled without a gap, over all shards, at the most. From 1 to 10,000,000;
   * default 10,000. With fewer than there are shards, shards wait for each other.
   */
  readonly maxInFlightRecords?: number;
  /** Bytes of those, partition keys included. From 1 to 2^40; default 64 MiB. */
  readonly maxInFlightBytes?: number;
  /**
   * Takes aggregates of the Kinesis Producer Library apart: each user record is a record. Default true. With false an aggregate is one record,
   * its data the bytes of the whole.
   */
  readonly unpackAggregates?: boolean;
  /** Records asked of one GetRecords. From 1 to 10,000, the service's limit; default 10,000. */
  readonly maxRecordsPerCall?: number;
  /** Calls to Kinesis under way at a time, over all shards. From 1 to 10,000; default 64. What is due beyond that waits for its turn. */
  readonly maxConcurrentCalls?: number;
  /** How long Kinesis may take to answer a call before it is made again, in milliseconds. From 100 to 300,000; default 30,000. */
  readonly requestTimeoutMs?: number;
  /** GetRecords calls a second and shard. From 0.01 to Infinity; default 5, the service's limit, which all readers of a shard share. */
  readonly maxCallsPerSecond?: number;
  /** Wait before the next GetRecords of a shard that has nothing more, in milliseconds. From 0 to 3,600,000; default 1,000. */
  readonly pollIntervalMs?: number;
  /** Between two listings of the stream's shards, in milliseconds. From 1,000 to 86,400,000; default 30,000. */
  readonly shardSyncIntervalMs?: number;
  /** A lease that nobody renewed for so long is free, in milliseconds. From 100 to 3,600,000; default 10,000. Renewed every third of it. */
  readonly leaseDurationMs?: number;
  /** Between two looks for free leases, in milliseconds. From 10 to 3,600,000; default 1,000. */
  readonly leaseScanIntervalMs?: number;
  /** How long a worker that was asked for a shard waits for its records to be settled, in milliseconds. From 0 to 3,600,000; default 10,000. */
  readonly handOverTimeoutMs?: number;
  /** How long `until` waits for what is in flight to be settled, in milliseconds. From 0 to 86,400,000; default 30,000. */
  readonly drainTimeoutMs?: number;
  /**
   * How long a record that no operator has in hand may hold back its shard before the source errors with StalledError, in milliseconds.
   * From 100 to 86,400,000, or Infinity; default 300,000.
   */
  readonly stallTimeoutMs?: number;
  /** The wait after a failure. */
  readonly backoff?: BackoffOptions;
  /** Called with everything that happens. Default: nobody. */
  readonly onDiagnostic?: DiagnosticListener;
  /** Where metrics go. Default: the collector of `setMetricsCollector()`. */
  readonly metrics?: MetricsCollector;
  /** The clock, and what waits. Default: a monotonic one. */
  readonly scheduler?: SchedulerLike;
  /** Where jitter comes from: a number in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}
