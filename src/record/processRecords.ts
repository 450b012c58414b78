import { defer, from, type ObservableInput, type OperatorFunction, timer } from 'rxjs';
import { ProcessingError } from '../errors/ProcessingError.ts';
import { backoffMs } from '../internal/backoff.ts';
import { describe } from '../internal/checkNumber.ts';
import { nameCause } from '../internal/nameRecord.ts';
import { operate, OperatorSubscriber } from '../internal/operate.ts';
import { checkProcessRecordsOptions } from './checkProcessRecordsOptions.ts';
import { disposePoison } from './disposePoison.ts';
import { isAwaitable } from './isAwaitable.ts';
import type { KinesisRecord } from './KinesisRecord.ts';
import { Lanes, type Task } from './Lanes.ts';
import type { Processed } from './Processed.ts';
import type { ProcessRecordsOptions } from './ProcessRecordsOptions.ts';

/**
 * Calls `project` with each record, several at a time, and emits each record with the outcome as its data when it is done.
 *
 * **What `project` returns** says when the record is done, and with what:
 *
 * - `undefined`, and any other value that is no Promise and no Observable: done at once, and the value is the outcome. Strings, arrays and other
 *   iterables are values like any other.
 * - A Promise: done when it resolves, with what it resolves to; it rejects: the attempt has failed.
 * - An Observable, or an async iterable: done when it **completes**, with its last value: the one of one, the last of many, `undefined` of none. Each
 *   record comes out once, however many there were. One that never completes holds its place for good; where it errors, the attempt has failed, whatever
 *   came before.
 *
 * The outcome is data only: an `undefined` does not drop the record. Drop with `filterData`.
 *
 * **Order.** Records come out in the order in which they get done. With `order: 'partitionKey'`, the default, records of one partition key of one stream
 * are processed one after the other, in the order of their arrival, retries and dead letters included; a key never waits for another key, only for
 * room. `'shard'` does the same for shards, `'none'` for nothing. Unordered completion is safe: checkpoints wait for the slowest.
 *
 * **Room.** At most `concurrency` records are in `project` at a time. The others wait here: as many as the source lets be in flight
 * (`maxInFlightRecords` of `fromKinesis`), or without limit behind a source that has none. A record that waits for its retry holds its key but
 * gives its place to another; when its time has come it goes before all that have not been tried yet.
 *
 * **Failing.** With `retry` a record that failed is tried again after a jittered, exponential delay. A record that failed for good
 * is disposed of as `poison` says: by default the stream errors with {@link ProcessingError}, naming the record; else it is settled and dropped.
 *
 * **Settling.** Records that are emitted are for `checkpoint()`, or for you, to settle; only those that are dropped are settled here.
 *
 * Completes when the source has completed and every record is done. Unsubscribing, or an error of the source, cancels what is being processed and waited for,
 * and after that nothing is settled; a Promise cannot be cancelled, so its outcome is ignored. Errors with {@link DeadLetterError} when a dead letter
 * function fails, and with {@link ProcessingError} when `retry.when` throws: its `cause` is an
 * `AggregateError` of what that threw and why the record had failed.
 *
 * ```text
 * source   abA------|      a and A have one partition key, b another
 *          processRecords(() => ----(x|))
 * result   ----ab--A|
 * ```
 *
 * @param project called with the record, once an attempt; what it throws is a failed attempt like any other
 * @throws TypeError when `project` is no function; TypeError or RangeError when an option is wrong
 *
 * @example
 * ```ts
 * import { checkpoint, fromKinesis, json, memoryCheckpoints, processRecords } from 'rxjs-kinesis';
 *
 * interface Order {
 *   readonly id: string;
 * }
 * declare function charge(order: Order): Promise<{ readonly receipt: string }>;
 *
 * fromKinesis('orders', { codec: json<Order>(), checkpoints: memoryCheckpoints() })
 *   .pipe(
 *     processRecords((record) => charge(record.data), { concurrency: 32, retry: { maxAttempts: 3 }, poison: 'skip' }),
 *     checkpoint(),
 *   )
 *   .subscribe((record) => console.log(record.data.receipt));
 * ```
 */
export function processRecords<T, O>(
  project: (record: KinesisRecord<T>) => O,
  options: ProcessRecordsOptions = {},
): OperatorFunction<KinesisRecord<T>, KinesisRecord<Processed<O>>> {
  if (typeof (project as unknown) !== 'function') {
    throw new TypeError(`processRecords needs a function that is called with each record; got ${describe(project)}`);
  }
  const settings = checkProcessRecordsOptions(options);
  const { concurrency, order, maxAttempts, backoff, when, poison, scheduler, random } = settings;

  return operate((destination) => {
    const lanes = new Lanes<T>(order);
    let running = 0;
    let isSourceComplete = false;
    // While set, whatever happens only changes state: what is ready is started by the loop, never from within itself.
    let isDraining = false;

    const drain = () => {
      if (isDraining) return;
      isDraining = true;
      while (running < concurrency) {
        const task = lanes.take();
        if (!task) break;
        running++;
        attempt(task);
      }
      isDraining = false;
      if (isSourceComplete && lanes.size === 0) destination.complete();
    };

    const attempt = (task: Task<T>) => {
      task.attempts++;
      try {
        const outcome: unknown = project(task.record);
        if (!isAwaitable(outcome)) succeed(task, outcome);
        else if (!destination.closed) awaitLast(task, outcome);
        // Its outcome is ignored, like that of each Promise that cannot be cancelled; a rejection that nobody takes would end the process.
        else if (outcome instanceof Promise) outcome.catch(() => undefined);
      } catch (error) {
        fail(task, error);
      }
    };

    const awaitLast = (task: Task<T>, awaitable: ObservableInput<unknown>) => {
      let last: unknown;
      from(awaitable).subscribe(
        new OperatorSubscriber<unknown, unknown>(destination, {
          next: (value) => (last = value),
          error: (error) => fail(task, error),
          complete: () => succeed(task, last),
        }),
      );
    };

    const succeed = (task: Task<T>, outcome: unknown) => {
      release(task);
      const wasDraining = isDraining;
      isDraining = true;
      task.record.unhold();
      destination.next(task.record.withData(outcome as Processed<O>));
      isDraining = wasDraining;
      drain();
    };

    const fail = (task: Task<T>, error: unknown) => {
      if (destination.closed) return;
      if (task.attempts >= maxAttempts) {
        dispose(task, error);
        return;
      }
      let isWorthARetry: boolean;
      try {
        isWorthARetry = when(error);
      } catch (whenError) {
        const cause = new AggregateError(
          [whenError, error],
          `retry.when failed with ${nameCause(whenError)}; it was asked about ${nameCause(error)}`,
        );
        destination.error(new ProcessingError(task.record, task.attempts, cause));
        return;
      }
      if (isWorthARetry) retry(task);
      else dispose(task, error);
    };

    const retry = (task: Task<T>) => {
      running--;
      destination.add(
        defer(() => timer(backoffMs(task.attempts, backoff, random()), scheduler)).subscribe({
          next: () => {
            lanes.again(task);
            drain();
          },
          error: (error: unknown) => destination.error(error),
        }),
      );
      drain();
    };

    const dispose = (task: Task<T>, cause: unknown) => {
      const poisonError = new ProcessingError(task.record, task.attempts, cause);
      destination.add(
        disposePoison(task.record, poisonError, poison).subscribe({
          error: (error: unknown) => destination.error(error),
          complete() {
            release(task);
            drain();
          },
        }),
      );
    };

    const release = (task: Task<T>) => {
      running--;
      lanes.done(task);
    };

    return {
      next(record) {
        record.hold();
        lanes.add(record);
        drain();
      },
      complete() {
        isSourceComplete = true;
        drain();
      },
      finalize() {
        // Whoever subscribes to the source again has not got these: from now on they are missing, not in hand.
        for (const record of lanes.clear()) record.unhold();
      },
    };
  });
}
