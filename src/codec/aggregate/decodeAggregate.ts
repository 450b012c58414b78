import { AggregateReader } from './AggregateReader.ts';
import type { AggregatedRecord } from './AggregatedRecord.ts';

/**
 * Takes an aggregate of the Kinesis Producer Library apart; undefined for what is none.
 *
 * It never throws, and its time and memory are in proportion to the bytes, whatever they are. Nothing is copied: the data of user records are
 * parts of `data`. As in the KCL:
 *
 * - an aggregate is one to its last byte: the magic, the MD5, and a message with every required field. Unlike in the KCL, an index beyond its
 *   table makes it none too, where the KCL gives the records before that one, and drops the others;
 * - tags, and fields that the format does not have, are passed over;
 * - an aggregate with a message, but without records, has no user records: the answer is an empty list;
 * - bytes of a key that are not UTF-8 become U+FFFD: the data are worth more than the key.
 */
export function decodeAggregate(data: Uint8Array): readonly AggregatedRecord[] | undefined {
  const aggregate = AggregateReader.open(data);
  if (!aggregate) return undefined;
  const records: AggregatedRecord[] = [];
  for (let record = aggregate.next(); record; record = aggregate.next()) records.push(record);
  return records;
}
