import { KinesisStreamError } from './KinesisStreamError.ts';
import { nameCause, nameRecord, type RecordName } from '../internal/nameRecord.ts';

/** A dead letter function failed. The record stays unsettled, and so is delivered again. `cause` is the function's error. */
export class DeadLetterError extends KinesisStreamError {
  override readonly name = 'DeadLetterError';
  /** Why the record was given to the dead letter function. */
  readonly recordError: unknown;

  constructor(record: RecordName, recordError: unknown, cause: unknown) {
    const { streamName, shardId, sequenceNumber } = record;
    super(
      `The dead letter function failed for ${nameRecord(record)}: ${nameCause(cause)}. ` +
        `It was called because of ${nameCause(recordError)} ` +
        'The record is not settled and will be delivered again: mend the dead letter function, and let it retry by itself.',
      { cause, streamName, shardId, sequenceNumber },
    );
    this.recordError = recordError;
  }
}
