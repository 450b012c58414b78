import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import type { TimedRecords } from './ConsumerDiagnostic.ts';

interface OfStream {
  readonly streamName: string;
}

/** Everything that happens in a writer to a stream. */
export type ProducerDiagnostic =
  /** Records were given to the writer, or left it: how many wait, right after a put, a flush or a drain. */
  | (OfStream & { readonly type: 'queued'; readonly records: number; readonly bytes: number })
  /** A request had its outcome, good or bad. */
  | (OfStream & {
      readonly type: 'put';
      /** Kinesis records: an aggregate is one. */
      readonly records: number;
      /** How many user records were in each of them. */
      readonly userRecords: readonly number[];
      /** User records; those of aggregates that went astray are told of later. */
      readonly acceptedRecords: number;
      readonly acceptedBytes: number;
      readonly durationMs: number;
      /** How long the records that were sent for the first time had waited for that. */
      readonly buffered: readonly TimedRecords[];
      readonly error: KinesisStreamError | undefined;
    })
  /** Records of a request, or all of it, were refused, counted by AWS' name of the error. */
  | (OfStream & {
      readonly type: 'refused';
      readonly errorType: string;
      readonly records: number;
      /** For throughput. */
      readonly isThrottle: boolean;
      /** The request failed, not single records of it. */
      readonly isWholeRequest: boolean;
    })
  /**
   * Aggregates went to another shard than expected, as after a reshard: one with a user record that does not belong there is passed over whole by the KCL.
   * Its records are sent again.
   */
  | (OfStream & {
      readonly type: 'astray';
      readonly acceptedRecords: number;
      readonly acceptedBytes: number;
      readonly resentRecords: number;
    })
  /** The shards were listed, so that records are sent by the limits of each. */
  | (OfStream & { readonly type: 'mapped'; readonly openShards: number })
  /** The shards could not be listed. Records go by what was known, or without. The next listing comes after the delay at the earliest. */
  | (OfStream & {
      readonly type: 'mapFailed';
      readonly error: KinesisStreamError;
      readonly attempt: number;
      readonly delayMs: number;
    })
  /** The stream could not be looked at, or created, as `createStream` asks: it is tried again after the delay. Records wait. */
  | (OfStream & {
      readonly type: 'prepareFailed';
      readonly error: KinesisStreamError;
      readonly attempt: number;
      readonly delayMs: number;
    })
  /** Records will be tried again after a delay. */
  | (OfStream & {
      readonly type: 'retrying';
      readonly records: number;
      readonly attempt: number;
      readonly delayMs: number;
    })
  /** A record reached the end of its life without being accepted. */
  | (OfStream & { readonly type: 'putFailed'; readonly error: KinesisStreamError; readonly attempts: number });
