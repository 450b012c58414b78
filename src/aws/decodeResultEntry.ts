import type { PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { JsonObject } from './decodeAnswer.ts';
import { isAbsentOr } from './isAbsentOr.ts';

type Fields = { -readonly [Field in keyof PutRecordsResultEntry]?: string };

/** Decodes an entry of a PutRecords answer. Fields that are null or missing are left out, and unknown ones too, as the SDK does. */
export function decodeResultEntry(raw: JsonObject): PutRecordsResultEntry | undefined {
  const { SequenceNumber, ShardId, ErrorCode, ErrorMessage } = raw;
  if (!isAbsentOr('string', SequenceNumber) || !isAbsentOr('string', ShardId)) return undefined;
  if (!isAbsentOr('string', ErrorCode) || !isAbsentOr('string', ErrorMessage)) return undefined;
  const entry: Fields = {};
  if (typeof SequenceNumber === 'string') entry.SequenceNumber = SequenceNumber;
  if (typeof ShardId === 'string') entry.ShardId = ShardId;
  if (typeof ErrorCode === 'string') entry.ErrorCode = ErrorCode;
  if (typeof ErrorMessage === 'string') entry.ErrorMessage = ErrorMessage;
  return entry;
}
