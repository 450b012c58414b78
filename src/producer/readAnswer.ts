import { classifyEntryError } from '../aws/classifyEntryError.ts';
import type { PutRecordsAnswer } from '../aws/putRecords.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { AggregateParcel } from './AggregateParcel.ts';
import type { Entry } from './Entry.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import type { Placement } from './Placement.ts';
import type { PutOutcome } from './PutOutcome.ts';
import { succeed } from './succeed.ts';

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

const NO_REASON = 'the answer does not say what became of the record';
