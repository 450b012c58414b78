import { KinesisStreamError } from './KinesisStreamError.ts';
import { nameCause } from '../internal/nameRecord.ts';

/** Which value could not be encoded, and where it was to be written. */
export interface EncodeErrorOptions {
  readonly streamName: string;
  /** The value's partition key, where it is known by then. */
  readonly partitionKey?: string | undefined;
  readonly codec: string;
  readonly cause: unknown;
}

/** The codec of a writer that is given none. */
const UNCHOSEN = 'bytes';
const CHOOSE =
  'Give toKinesis a codec of its own that can write this value, such as { codec: json() }: without its codec option it takes a Uint8Array and ' +
  'nothing else, and the codec of fromKinesis only reads.';

/** A value is not what its codec writes. `cause` is what the codec threw. */
export class EncodeError extends KinesisStreamError {
  override readonly name = 'EncodeError';
  /** The name of the codec. */
  readonly codec: string;
  /** The value's partition key, where it was known by then. */
  readonly partitionKey: string | undefined;

  constructor({ streamName, partitionKey, codec, cause }: EncodeErrorOptions) {
    const what =
      partitionKey === undefined ? 'a value' : `the value with partition key ${JSON.stringify(partitionKey)}`;
    super(
      `Encoding ${what} for stream ${streamName} with the codec ${codec} failed: ${nameCause(cause)}. ` +
        (codec === UNCHOSEN ? CHOOSE : 'Give a value that the codec can write, or another codec.'),
      { cause, streamName },
    );
    this.codec = codec;
    this.partitionKey = partitionKey;
  }
}
