import { describe } from '../internal/checkNumber.ts';

/** A stream, as commands name it. */
export interface StreamTarget {
  /** The stream's name, also where an ARN was given. */
  readonly streamName: string;
  /** The region that an ARN names. */
  readonly region: string | undefined;
  /** What goes into the input of a command. */
  readonly input: { readonly StreamName: string } | { readonly StreamARN: string };
}

const MAX_STREAM_NAME_LENGTH = 128;
const STREAM_NAME = new RegExp(`^[a-zA-Z0-9_.-]{1,${MAX_STREAM_NAME_LENGTH}}$`);
const STREAM_ARN = /^arn:aws[a-z-]*:kinesis:([a-z0-9-]+):\d{12}:stream\/(.*)$/s;

/**
 * Tells a stream's name from its ARN.
 *
 * The patterns are those of the API reference: `StreamName` and `StreamARN` of PutRecords.
 *
 * @throws TypeError when it is neither
 */
export function streamTarget(stream: string): StreamTarget {
  if (typeof (stream as unknown) !== 'string') {
    throw new TypeError(`stream must be the name of a stream or its ARN; got ${describe(stream)}`);
  }
  if (!stream.startsWith('arn:')) {
    checkName(stream, stream);
    return { streamName: stream, region: undefined, input: { StreamName: stream } };
  }
  const [, region, streamName] = STREAM_ARN.exec(stream) ?? [];
  if (streamName === undefined) {
    throw new TypeError(
      `stream must be an ARN such as arn:aws:kinesis:eu-west-1:123456789012:stream/orders; got ${describe(stream)}`,
    );
  }
  checkName(streamName, stream);
  return { streamName, region, input: { StreamARN: stream } };
}

function checkName(name: string, given: string): void {
  if (STREAM_NAME.test(name)) return;
  throw new TypeError(
    `stream must have a name of 1 to ${MAX_STREAM_NAME_LENGTH} letters, digits, dots, underscores and hyphens; got ${describe(given)}`,
  );
}
