import type { _Record } from '@aws-sdk/client-kinesis';
import type { JsonObject } from './decodeAnswer.ts';
import { isAbsentOr } from './isAbsentOr.ts';

type Fields = { -readonly [Field in keyof _Record]?: unknown };

/** Decodes a record of a GetRecords answer. Fields that are null or missing are left out, and unknown ones too, as the SDK does. */
export function decodeRecord(raw: JsonObject): _Record | undefined {
  const { SequenceNumber, ApproximateArrivalTimestamp, Data, PartitionKey, EncryptionType } = raw;
  const data = typeof Data === 'string' ? decodeBase64(Data) : undefined;
  if (!data || typeof SequenceNumber !== 'string') return undefined;
  if (!isAbsentOr('number', ApproximateArrivalTimestamp)) return undefined;
  if (!isAbsentOr('string', PartitionKey) || !isAbsentOr('string', EncryptionType)) return undefined;
  const record: Fields = { SequenceNumber, Data: data };
  if (typeof ApproximateArrivalTimestamp === 'number') {
    record.ApproximateArrivalTimestamp = new Date(Math.round(ApproximateArrivalTimestamp * 1_000));
  }
  if (typeof PartitionKey === 'string') record.PartitionKey = PartitionKey;
  if (typeof EncryptionType === 'string') record.EncryptionType = EncryptionType;
  return record as _Record;
}

/** `Buffer.from` skips what is no base64: then there are fewer bytes than characters for them. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  if (byteLength !== (text.length / 4) * 3 - padding) return undefined;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
