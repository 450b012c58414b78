import { classifyEntryError } from '../aws/classifyEntryError.ts';
import type { PutRecordsAnswer } from '../aws/putRecords.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { AggregateParcel } from './AggregateParcel.ts';
import type { Entry } from './Entry.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import { PutSuccess } from './PutResult.ts';

/** Where Kinesis put a record. */
export interface Placement {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What became of a request. */
export interface PutOutcome<T> {
  /** With `result` set. */
  readonly accepted: readonly Entry<T>[];
  /** Bytes of data of what was accepted. */
  readonly acceptedBytes: number;
  /** Aggregates that were accepted, but in another shard than the one in which all of their records belong. */
  readonly astray: readonly (Placement & { readonly aggregate: AggregateParcel<T> })[];
  /** Something went to another shard than expected. */
  readonly isMapWrong: boolean;
  /** With `lastError` set on each of their records. */
  readonly refused: readonly Parcel<T>[];
  /** Why the request failed as a whole. */
  readonly error: KinesisServiceError | undefined;
  readonly durationMs: number;
}

/**
 * Reads an answer, whose records are in the order of the request's.
 *
 * An entry that the answer does not mention, or mentions with neither a sequence number nor an error, was refused: it is not known to be in the stream.
 */
export function readAnswer<T>(
  parcels: readonly Parcel<T>[],
  { Records }: PutRecordsAnswer,
  streamName: string,
  durationMs: number,
): PutOutcome<T> {
  const accepted: Entry<T>[] = [];
  const astray: (Placement & { aggregate: AggregateParcel<T> })[] = [];
  const refused: Parcel<T>[] = [];
  const errors = new Map<string, KinesisServiceError>();
  let acceptedBytes = 0;
  let isMapWrong = false;
  parcels.forEach((parcel, index) => {
    const { SequenceNumber, ShardId, ErrorCode, ErrorMessage } = Records?.[index] ?? {};
    if (SequenceNumber && ShardId && !ErrorCode) {
      const isAstray = parcel.shardId !== undefined && parcel.shardId !== ShardId;
      const placement = { shardId: ShardId, sequenceNumber: SequenceNumber };
      isMapWrong ||= isAstray;
      if (isAstray && parcel instanceof AggregateParcel) {
        astray.push({ aggregate: parcel, ...placement });
        return;
      }
      acceptedBytes += parcel.data.byteLength;
      if (!(parcel instanceof AggregateParcel)) accepted.push(succeed(parcel, placement, 0));
      else parcel.entries.forEach((entry, subIndex) => accepted.push(succeed(entry, placement, subIndex)));
      return;
    }
    const code = ErrorCode ?? 'unknown';
    let error = errors.get(code);
    if (!error) errors.set(code, (error = classifyEntryError(code, ErrorMessage ?? NO_REASON, streamName)));
    for (const entry of entriesOf(parcel)) entry.lastError = error;
    refused.push(parcel);
  });
  return { accepted, acceptedBytes, astray, isMapWrong, refused, error: undefined, durationMs };
}

/** What a request that failed as a whole says of its records. */
export function refuseAll<T>(
  parcels: readonly Parcel<T>[],
  error: KinesisServiceError,
  durationMs: number,
): PutOutcome<T> {
  for (const parcel of parcels) for (const entry of entriesOf(parcel)) entry.lastError = error;
  return { accepted: [], acceptedBytes: 0, astray: [], isMapWrong: false, refused: parcels, error, durationMs };
}

/** Gives a record its good result. */
export function succeed<T>(entry: Entry<T>, { shardId, sequenceNumber }: Placement, subIndex: number): Entry<T> {
  entry.result = new PutSuccess(entry.value, shardId, sequenceNumber, subIndex, entry.attempts);
  return entry;
}

const NO_REASON = 'the answer does not say what became of the record';
