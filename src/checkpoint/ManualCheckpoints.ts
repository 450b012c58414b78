import { catchError, EMPTY, lastValueFrom, merge } from 'rxjs';
import { CheckpointFlushError, type FailedShard } from '../errors/CheckpointFlushError.ts';
import type { RecordOrigin } from '../record/Delivery.ts';

/**
 * A handle by which the user decides when checkpoints are written: pass it to `checkpoint({ when: handle })` and call `flush()`.
 *
 * @example
 * ```ts
 * const checkpoints = new ManualCheckpoints();
 * fromKinesis('orders', { checkpoints: memoryCheckpoints() }).pipe(checkpoint({ when: checkpoints })).subscribe();
 * await checkpoints.flush();
 * ```
 */
export class ManualCheckpoints {
  readonly #origins = new Set<RecordOrigin>();

  /**
   * Writes the progress of every shard of the sources that the handle serves, and resolves when all of it is durable.
   *
   * It covers what is settled when it is called. Each shard is written, whatever becomes of the others.
   *
   * Rejects with {@link CheckpointFlushError}, listing each shard that failed; those are written at the next flush.
   */
  async flush(): Promise<void> {
    const failures: FailedShard[] = [];
    const flushes = [...this.#origins].map((origin) =>
      origin.flush().pipe(
        catchError((error: unknown) => {
          if (!(error instanceof CheckpointFlushError)) throw error;
          failures.push(...error.failures);
          return EMPTY;
        }),
      ),
    );
    await lastValueFrom(merge(...flushes), { defaultValue: undefined });
    if (failures.length > 0) throw new CheckpointFlushError(failures);
  }

  /** @internal Serves a source until the returned function is called. */
  serve(origin: RecordOrigin): () => void {
    this.#origins.add(origin);
    return () => this.#origins.delete(origin);
  }
}
