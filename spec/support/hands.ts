import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

/** Makes records, and knows which of them an operator has in hand. */
export function hands(make = recordFactory()) {
  const held = new Set<string>();
  const record = (data: string, partitionKey = data): KinesisRecord<string> =>
    Object.assign(make(data, { partitionKey }), {
      hold: () => void held.add(data),
      unhold: () => void held.delete(data),
    });
  return { record, inHand: () => [...held].join('') };
}
