import type { ObservableInput } from 'rxjs';

/** A command of `@aws-sdk/client-kinesis`, as far as the library needs to know it. */
export interface KinesisCommand {
  readonly input: object;
}

export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

/**
 * The seam to AWS: whatever answers commands of `@aws-sdk/client-kinesis`.
 *
 * A `KinesisClient` does, and so does `FakeKinesis` of `rxjs-kinesis/testing`, which answers on a scheduler.
 */
export interface KinesisClientLike {
  send(command: KinesisCommand, options?: SendOptions): ObservableInput<unknown>;
}
