import fc from 'fast-check';
import type { AggregatedRecord } from '../../../src/codec/aggregate/AggregatedRecord.ts';
import { AggregateBuilder } from '../../../src/codec/aggregate/AggregateBuilder.ts';

/** Keys of all kinds that there are trouble with: like integers, long, of many bytes a character, equal, and like members of every object. */
const key = fc.oneof(
  fc.nat(5).map(String),
  fc.nat().map(String),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
  fc.string({ minLength: 60, maxLength: 70 }),
  fc.constantFrom('a', 'ü'.repeat(128), '🦆'.repeat(64), '__proto__', 'constructor', '\u0000', '\u0080', '\ufeff'),
);

export const userRecord: fc.Arbitrary<AggregatedRecord> = fc.record({
  partitionKey: key,
  explicitHashKey: fc.option(fc.oneof(fc.nat(3).map(String), fc.bigInt(0n, 2n ** 128n - 1n).map(String)), {
    nil: undefined,
  }),
  data: fc.uint8Array({ maxLength: 300, size: 'max' }),
});

export const userRecords = fc.array(userRecord, { minLength: 1, maxLength: 200, size: 'medium' });

export function aggregateOf(records: readonly AggregatedRecord[]): Uint8Array {
  const builder = new AggregateBuilder();
  for (const record of records) builder.add(record);
  return builder.encode();
}
