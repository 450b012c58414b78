import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { ObservableInput, SchedulerLike } from 'rxjs';
import type { MetricsCollector } from '../../metrics/MetricsCollector.ts';

/** Whatever answers commands of `@aws-sdk/client-dynamodb`: a `DynamoDBClient` does. */
export interface DynamoDbClientLike {
  /** Performs the command, and emits or resolves with its output. */
  send(command: { readonly input: object }, options?: { readonly abortSignal?: AbortSignal }): ObservableInput<unknown>;
}

/** Capacity that a table is given once and for all, in units a second. */
export interface ProvisionedCapacity {
  /** From 1 to 1,000,000. */
  readonly readCapacityUnits: number;
  /** From 1 to 1,000,000. */
  readonly writeCapacityUnits: number;
}

/**
 * Whose leases a table holds, and so what their keys are.
 *
 * - `'one'`: of one stream. The key is the shard's id, as the KCL has it.
 * - `'many'`: of any streams. The key is `stream:shardId`. The KCL does not read it.
 * - an object: of these streams, as a KCL with several streams has it. From the name of each to the KCL's identifier of it,
 *   `account:stream:epoch`; the key is `account:stream:epoch:shardId`.
 */
export type LeaseTableStreams = 'one' | 'many' | Readonly<Record<string, string>>;

/** Where the leases are, and what is done when the table is not there. */
export interface DynamoDbCheckpointsOptions {
  /**
   * The application: its workers share the streams that they read, and see no other application's leases. The table has its name unless
   * `tableName` gives another, as in the KCL.
   */
  readonly application: string;
  /** The table: 3 to 255 letters, digits, `_`, `.` and `-`. Default: the application's name. */
  readonly tableName?: string;
  /**
   * What talks to DynamoDB: a client, or the configuration of one. Without it a client is made, with region and credentials from the
   * environment. A client that was given is never closed here.
   */
  readonly client?: DynamoDbClientLike | DynamoDBClientConfig;
  /** Whose leases the table holds, and so what their keys are: of one stream, of several, or of those of a KCL with several. Default: `'one'`. */
  readonly streams?: LeaseTableStreams;
  /** Whether a table that is missing is created, at the first call. Default: true. */
  readonly createTable?: boolean;
  /** How a table that is created here is paid: by request, or by capacity. Default: `'PAY_PER_REQUEST'`. */
  readonly billingMode?: 'PAY_PER_REQUEST' | ProvisionedCapacity;
  /**
   * Where leases begin that a KCL created with `AT_TIMESTAMP`: the KCL does not write the time into the table but takes it from its
   * configuration. Default: none, and then such a lease is an error.
   */
  readonly initialTimestamp?: Date;
  /** How long DynamoDB may take to answer a request, in milliseconds. From 100 to 300,000; default 3,000. */
  readonly requestTimeoutMs?: number;
  /**
   * Where the writes of checkpoints are counted: under the stream of the source that makes them, or `<standalone>` where none does. Default:
   * the collector of `setMetricsCollector()`.
   */
  readonly metrics?: MetricsCollector;
  /** The clock, and what waits. Default: a monotonic one. */
  readonly scheduler?: SchedulerLike;
  /** Where jitter comes from: a number in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}
