import type { OperatorFunction } from 'rxjs';
import type { Codec } from '../codec/Codec.ts';
import { DecodeError } from '../errors/DecodeError.ts';
import type { KinesisRecord } from './KinesisRecord.ts';
import { mapRecords } from './mapRecords.ts';
import type { PoisonPolicy } from './PoisonPolicy.ts';

/** Emits each record with its data decoded, and disposes of those that the codec cannot read as the policy says. */
export function decodeRecords<T>(
  codec: Codec<T>,
  policy: PoisonPolicy,
): OperatorFunction<KinesisRecord, KinesisRecord<T>> {
  return mapRecords(decodeWith(codec), policy);
}

/** Makes a function that returns a record with its data decoded, or throws {@link DecodeError}. */
export function decodeWith<T>(codec: Codec<T>): (record: KinesisRecord) => KinesisRecord<T> {
  return (record) => {
    let data: T;
    try {
      data = codec.decode(record.data, record);
    } catch (error) {
      throw new DecodeError(record, codec.name, error);
    }
    return isSame(data, record.data) ? (record as KinesisRecord<unknown> as KinesisRecord<T>) : record.withData(data);
  };
}

const isSame = (data: unknown, original: unknown) => data === original;
