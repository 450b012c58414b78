import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { Parcel } from './Parcel.ts';

/** What Kinesis says when a field of some record is not as it should be, and refuses the whole request for it. */
const FAULTS = new Set(['ValidationException', 'InvalidArgumentException']);

/** Whether a request of these failed for one of them, which nobody names. */
export const isForOneOfThem = (
  parcels: readonly Parcel<unknown>[],
  error: KinesisServiceError | undefined,
): error is KinesisServiceError => error !== undefined && FAULTS.has(error.awsName) && parcels.length > 1;
