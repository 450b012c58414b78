import { KinesisStreamError } from './KinesisStreamError.ts';
import { nameCause, nameRecord, type RecordName } from '../internal/nameRecord.ts';

/** A callback failed for a record, as often as it was tried. `cause` is what it threw, or its last error. */
export class ProcessingError extends KinesisStreamError {
  override readonly name = 'ProcessingError';
  /** How often the record was tried. */
  readonly attempts: number;

  constructor(record: RecordName, attempts: number, cause: unknown) {
    const { streamName, shardId, sequenceNumber } = record;
    const times = attempts === 1 ? '' : ` ${attempts} times`;
    super(
      `Processing ${nameRecord(record)} failed${times}: ${nameCause(cause)}. ` +
        'Mend the callback, retry more often, or give a poison policy: skip, or a dead letter function.',
      { cause, streamName, shardId, sequenceNumber },
    );
    this.attempts = attempts;
  }
}
