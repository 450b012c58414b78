import type { ObservableInput, SchedulerLike } from 'rxjs';
import type { ClientOption } from '../aws/clientOf.ts';
import type { Codec } from '../codec/Codec.ts';
import type { DiagnosticListener } from '../diagnostics/Diagnostic.ts';
import type { MetricsCollector } from '../metrics/MetricsCollector.ts';
import type { BackoffOptions } from '../internal/backoff.ts';
import type { KinesisRecord } from '../record/KinesisRecord.ts';

/** What is encoded of an input: the data of a record, anything else as it is. */
export type PutData<T> = T extends KinesisRecord<infer Data> ? Data : T;

/** What becomes of a record that Kinesis does not take: the Observable errors, or a failed result is emitted. */
export type OnFailure = 'error' | 'emit';

/** What happens with a record for which there is no room: the Observable errors, or the record is dropped, and its failed result says so. */
export type OnBufferFull = 'error' | 'drop';

/** How records become aggregates. */
export interface AggregateOptions {
  /** Bytes in an aggregate, as Kinesis counts them. From 1,024 to `maxRecordBytes`; default 51,200 (50 KiB, the KPL's). */
  readonly maxBytes?: number;
  /** User records in an aggregate. From 2 to 1,000,000; default 10,000. */
  readonly maxRecords?: number;
}

/** A stream to be created: with so many shards, or with shards as they are needed. */
export type CreateStreamOptions = { readonly shards: number } | { readonly mode: 'ON_DEMAND' };

/** How a stream is written. Every option has a default. */
export interface ToKinesisOptions<T> extends ProducerOptions<T> {
  /** Sends what waits, each time it emits. Its error is the stream's; its completion changes nothing. */
  readonly flush?: ObservableInput<unknown>;
  /**
   * What becomes of an input for which there is no room (`maxBufferedRecords`, `maxBufferedBytes`). `'error'` (default): the Observable errors with
   * {@link BufferFullError}. `'drop'`: the input is dropped, with a failed result, which is emitted with `onFailure: 'emit'`, at once whatever
   * `resultOrder` is, and a `putFailed` event in any case.
   */
  readonly onBufferFull?: OnBufferFull;
  /**
   * What becomes of a record that Kinesis does not take, however often it is tried. `'error'` (default): the Observable errors.
   * `'emit'`: its result is emitted, with `error`, and the others go on.
   */
  readonly onFailure?: OnFailure;
  /** `'completion'` (default): results come as soon as they are known. `'input'`: in the order of the inputs; they wait, in the buffer's bounds, for those before them. */
  readonly resultOrder?: 'completion' | 'input';
}

/** How a stream is written, by an operator or by a `KinesisProducer`. Every option has a default. */
export interface ProducerOptions<T> {
  /**
   * Turns an input into bytes; of a `KinesisRecord` its data. Default `bytes()`: inputs are `Uint8Array`, or records that carry it.
   *
   * Bytes are not copied: do not change them before the result is there.
   */
  readonly codec?: Codec<NoInfer<PutData<T>>>;
  /**
   * Called once for each input. Records of one key go to one shard. 1 to 256 characters (UTF-16 units, as `length` counts), part of the record's size.
   * Default: the key of a `KinesisRecord`, else a random one, so that records spread over all shards.
   */
  readonly partitionKey?: (value: T) => string;
  /**
   * Called once for each input: where in the hash range the record goes, instead of where its partition key would lead it.
   * Decimal digits below 2^128, or undefined. Default: that of a `KinesisRecord` whose key is kept, else none.
   */
  readonly explicitHashKey?: (value: T) => string | undefined;

  /** How long a record waits for others to fill its request, in milliseconds, but for half of `ttlMs` at most. From 0 to 60,000; default 100. */
  readonly lingerMs?: number;
  /** Records in a request. From 1 to 500; default 500. */
  readonly maxBatchRecords?: number;
  /** Bytes in a request, partition keys included. From 1 to 10,485,760 (10 MiB); default 5 MiB. A larger record travels alone. */
  readonly maxBatchBytes?: number;
  /** Bytes in a record, its partition key included. From 1 to 10,485,760 (10 MiB); default 1 MiB, which is what a stream takes unless its maximum was raised. */
  readonly maxRecordBytes?: number;
  /** Requests under way at a time. From 1 to 256; default 4. */
  readonly maxInFlightRequests?: number;

  /**
   * `'partitionKey'`: records of one key reach the stream in the order in which they were put, through failures and reshards: a record waits until
   * the fate of those before it is known, so that without `aggregate` a key has one record a round trip. Other keys do not wait. Default `'none'`.
   *
   * One that failed for good is passed over. One whose answer was lost may be in the stream twice, the second time late.
   */
  readonly order?: 'none' | 'partitionKey';
  /**
   * Packs small records together, in the format of the KPL, which the KCL and `fromKinesis` unpack: a shard takes 1,000 Kinesis records a second, however
   * small. `true`: with the defaults. Default `false`. Only records of one shard go together; where the shards are not known, each travels alone.
   */
  readonly aggregate?: boolean | AggregateOptions;
  /**
   * Kinesis records that go to one shard in a second, at most. From 1, also `Infinity`; default 1,000, which is the service's limit. Throttles lower the
   * rate of their shard for a while: others may write to it, too.
   */
  readonly shardRecordsPerSecond?: number;
  /** Bytes that go to one shard in a second, at most. From 1,024, also `Infinity`; default 1,048,576 (1 MiB), which is the service's limit. */
  readonly shardBytesPerSecond?: number;
  /**
   * Creates the stream if it does not exist, and waits until it takes records: up to 10 minutes, in which records wait, too, and their `ttlMs` does not run.
   * Default: a stream that does not exist is an error.
   */
  readonly createStream?: CreateStreamOptions;

  /** How long a record is tried, from its arrival, in milliseconds. From 1 to 86,400,000 (a day); default 30,000. */
  readonly ttlMs?: number;
  /** How often a record is sent at most. From 1; default `Infinity`: `ttlMs` alone ends it. */
  readonly maxAttempts?: number;
  /** How long a record waits between attempts. */
  readonly backoff?: BackoffOptions;
  /**
   * How long to wait for the answer to a request before it is aborted and counts as failed, in milliseconds. From 100 to 300,000; default 10,000.
   * Kinesis may have accepted its records all the same, and they are then in the stream twice.
   */
  readonly requestTimeoutMs?: number;

  /** Records without a result. From 1 to 10,000,000; default 100,000. */
  readonly maxBufferedRecords?: number;
  /** Bytes of records without a result. From 1; default 134,217,728 (128 MiB). */
  readonly maxBufferedBytes?: number;

  /** A client, which stays open, or the configuration of one that is made for each subscription. Default: region and credentials from the environment. */
  readonly client?: ClientOption;
  /** Called with each diagnostic event of this writer. */
  readonly onDiagnostic?: DiagnosticListener;
  /** Where metrics go. Default: the collector of `setMetricsCollector()`. */
  readonly metrics?: MetricsCollector;
  /** The clock, and where waiting happens. Default: the timers of `asyncScheduler`, on a clock that never steps back. */
  readonly scheduler?: SchedulerLike;
  /**
   * Where jitter comes from, and the random keys of inputs without one: a number in [0, 1). Default `Math.random`, which also stands in where the function
   * throws or returns anything else.
   */
  readonly random?: () => number;
}
