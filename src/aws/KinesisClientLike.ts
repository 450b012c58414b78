import type { ObservableInput } from 'rxjs';

/** A command of `@aws-sdk/client-kinesis`, as far as the library needs to know it. */
export interface KinesisCommand {
  readonly input: object;
}

/** What goes with a command. */
export interface SendOptions {
  /** Aborts the request. */
  readonly abortSignal?: AbortSignal;
}

/**
 * The seam to AWS: whatever answers commands of `@aws-sdk/client-kinesis`.
 *
 * A `KinesisClient` does, and so does `FakeKinesis` of `rxjs-kinesis/testing`, which answers on a scheduler.
 */
export interface KinesisClientLike {
  /** Performs the command, and emits or resolves with its output. */
  send(command: KinesisCommand, options?: SendOptions): ObservableInput<unknown>;
}
