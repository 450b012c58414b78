import { KinesisStreamError } from './KinesisStreamError.ts';
import { nameCause, nameRecord, type RecordName } from '../internal/nameRecord.ts';

/** A record's bytes are not what its codec reads. `cause` is what the codec threw. */
export class DecodeError extends KinesisStreamError {
  override readonly name = 'DecodeError';
  /** The name of the codec. */
  readonly codec: string;

  constructor(record: RecordName, codec: string, cause: unknown) {
    const { streamName, shardId, sequenceNumber } = record;
    super(
      `Decoding ${nameRecord(record)} with the codec ${codec} failed: ${nameCause(cause)}. ` +
        'Read the stream with the codec that it was written with, or give a poison policy: skip, or a dead letter function.',
      { cause, streamName, shardId, sequenceNumber },
    );
    this.codec = codec;
  }
}
