import { classifyEntryError } from '../aws/classifyEntryError.ts';
import type { PutRecordsAnswer } from '../aws/putRecords.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { Entry } from './Entry.ts';
import { PutSuccess } from './PutResult.ts';

/** What became of a request. */
export interface PutOutcome<T> {
  readonly accepted: readonly PutSuccess<T>[];
  /** Bytes of data of the accepted records. */
  readonly acceptedBytes: number;
  /** Bytes of data and keys of the accepted records. */
  readonly releasedBytes: number;
  /** With `lastError` set. */
  readonly refused: readonly Entry<T>[];
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
  entries: readonly Entry<T>[],
  { Records = [] }: PutRecordsAnswer,
  streamName: string,
  durationMs: number,
): PutOutcome<T> {
  const accepted: PutSuccess<T>[] = [];
  const refused: Entry<T>[] = [];
  const errors = new Map<string, KinesisServiceError>();
  let [acceptedBytes, releasedBytes] = [0, 0];
  entries.forEach((entry, index) => {
    const { SequenceNumber, ShardId, ErrorCode, ErrorMessage } = Records[index] ?? {};
    if (SequenceNumber && ShardId && !ErrorCode) {
      accepted.push(new PutSuccess(entry.value, ShardId, SequenceNumber, 0, entry.attempts));
      acceptedBytes += entry.data.byteLength;
      releasedBytes += entry.bytes;
      return;
    }
    const code = ErrorCode ?? 'unknown';
    let error = errors.get(code);
    if (!error) errors.set(code, (error = classifyEntryError(code, ErrorMessage ?? NO_REASON, streamName)));
    entry.lastError = error;
    refused.push(entry);
  });
  return { accepted, acceptedBytes, releasedBytes, refused, error: undefined, durationMs };
}

/** What a request that failed as a whole says of its records. */
export function refuseAll<T>(
  entries: readonly Entry<T>[],
  error: KinesisServiceError,
  durationMs: number,
): PutOutcome<T> {
  for (const entry of entries) entry.lastError = error;
  return { accepted: [], acceptedBytes: 0, releasedBytes: 0, refused: entries, error, durationMs };
}

const NO_REASON = 'the answer does not say what became of the record';
