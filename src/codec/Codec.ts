/** What a codec may want to know of the record that it decodes. */
export interface CodecContext {
  readonly streamName: string;
  readonly shardId: string | undefined;
  readonly partitionKey: string | undefined;
}

/**
 * Turns a record's bytes into a value and back: `decode(encode(x))` is `x`.
 *
 * Either may throw; the library wraps what is thrown in DecodeError or EncodeError, which name the record.
 */
export interface Codec<T> {
  /** Names the codec in error messages. */
  readonly name: string;
  /** Makes a value of a record's bytes. It may keep them: nothing writes to them. */
  decode(data: Uint8Array, context: CodecContext): T;
  /** Makes the bytes of a record. They must not change afterwards. */
  encode(value: T, context: CodecContext): Uint8Array;
}
