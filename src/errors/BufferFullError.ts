import { KinesisStreamError } from './KinesisStreamError.ts';

/** Which bound was reached, and by what. */
export interface BufferFullErrorOptions {
  readonly streamName: string;
  /** The option whose bound was reached, and its value. */
  readonly option: 'maxBufferedRecords' | 'maxBufferedBytes';
  readonly bound: number;
  /** Records without a result, the one that did not fit not counted. */
  readonly bufferedRecords: number;
  readonly value: unknown;
}

/** Records arrived faster than Kinesis accepted them for so long that the buffer is full. */
export class BufferFullError extends KinesisStreamError {
  override readonly name = 'BufferFullError';
  /** The option whose bound was reached. */
  readonly option: 'maxBufferedRecords' | 'maxBufferedBytes';
  /** Records that had no result yet; they may or may not be written. */
  readonly bufferedRecords: number;
  /** The input that did not fit. */
  readonly value: unknown;

  constructor({ streamName, option, bound, bufferedRecords, value }: BufferFullErrorOptions) {
    super(
      `The buffer of the writer to stream ${streamName} is full: ${option} is ${bound}, and ${bufferedRecords} record(s) have no result yet; ` +
        'they may or may not be written. An Observable cannot be held back: slow the source down (mergeMap with a concurrency, ' +
        'fromKinesis with a smaller maxInFlightRecords), add shards, ' +
        "raise the bound, drop what is too much (onBufferFull: 'drop'), or await KinesisProducer.put(), which waits.",
      { streamName, retryable: true },
    );
    this.option = option;
    this.bufferedRecords = bufferedRecords;
    this.value = value;
  }
}
