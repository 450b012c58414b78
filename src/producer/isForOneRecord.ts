import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';

/** What Kinesis says when a field of some record is not as it should be, and refuses the whole request for it. */
const FAULTS = new Set(['ValidationException', 'InvalidArgumentException']);

/** Whether a request failed for one of its records, which nobody names. */
export const isForOneRecord = (error: KinesisServiceError | undefined): error is KinesisServiceError =>
  error !== undefined && FAULTS.has(error.awsName);
