import {
  catchError,
  defer,
  from,
  take,
  throwError,
  timeout,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import { LeaseLostError } from '../errors/LeaseLostError.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';

export interface StoreCall {
  /** What is done, for the error's message: "renewing the lease". */
  readonly doing: string;
  readonly streamName: string;
  readonly shardId?: string | undefined;
  readonly timeoutMs: number;
  readonly scheduler: SchedulerLike;
}

/**
 * One call to a store, with a deadline, and its errors as {@link CheckpointStoreError}: retryable unless the store says otherwise or the
 * error is a mistake in its code.
 */
export function storeCall<T>(call: () => ObservableInput<T>, site: StoreCall): Observable<T> {
  const { doing, streamName, shardId, timeoutMs, scheduler } = site;
  const place = `stream ${streamName}${shardId === undefined ? '' : `, shard ${shardId}`}`;
  return defer(() => from(call())).pipe(
    take(1),
    timeout({
      each: timeoutMs,
      scheduler,
      with: () => throwError(() => new Error(`the store did not answer within ${timeoutMs} ms`)),
    }),
    catchError((error: unknown) => {
      if (error instanceof CheckpointStoreError || error instanceof LeaseLostError) throw error;
      const said = error instanceof Error ? error.message : String(error);
      throw new CheckpointStoreError(`${doing} failed on ${place}: ${said}. Check the checkpoint store.`, {
        cause: error,
        streamName,
        shardId,
        retryable: error instanceof KinesisStreamError ? error.retryable : !isMistake(error),
      });
    }),
  );
}

/** A TypeError with a cause is how fetch tells of a broken connection. */
const isMistake = (error: unknown) =>
  (error instanceof TypeError && error.cause === undefined) ||
  error instanceof RangeError ||
  error instanceof ReferenceError;
