import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import type { PutOutcome } from './PutOutcome.ts';

/** What a request that failed as a whole says of its records. */
export function refuseAll<T>(
  parcels: readonly Parcel<T>[],
  error: KinesisServiceError,
  durationMs: number,
): PutOutcome<T> {
  for (const parcel of parcels) for (const entry of entriesOf(parcel)) entry.lastError = error;
  return { accepted: [], acceptedBytes: 0, astray: [], isMapWrong: false, refused: parcels, error, durationMs };
}
