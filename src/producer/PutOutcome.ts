import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { AggregateParcel } from './AggregateParcel.ts';
import type { Entry } from './Entry.ts';
import type { Parcel } from './Parcel.ts';
import type { Placement } from './Placement.ts';

/** What became of a request. */
export interface PutOutcome<T> {
  /** With `result` set. */
  readonly accepted: readonly Entry<T>[];
  /** Bytes of data of what was accepted. */
  readonly acceptedBytes: number;
  /** Aggregates that were accepted, but in another shard than the one in which all of their records belong. */
  readonly astray: readonly (Placement & { readonly aggregate: AggregateParcel<T> })[];
  /** Something went to another shard than expected. */
  readonly isMapWrong: boolean;
  /** With `lastError` set on each of their records. */
  readonly refused: readonly Parcel<T>[];
  /** Why the request failed as a whole. */
  readonly error: KinesisServiceError | undefined;
  readonly durationMs: number;
}
