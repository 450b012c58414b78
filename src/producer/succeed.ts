import type { Entry } from './Entry.ts';
import type { Placement } from './Placement.ts';
import { PutSuccess } from './PutResult.ts';

/** Gives a record its good result. */
export function succeed<T>(entry: Entry<T>, { shardId, sequenceNumber }: Placement, subIndex: number): Entry<T> {
  entry.result = new PutSuccess(entry.value, shardId, sequenceNumber, subIndex, entry.attempts);
  return entry;
}
