import { type OperatorFunction, Subject } from 'rxjs';
import { clientOf } from '../aws/clientOf.ts';
import { streamTarget } from '../aws/streamTarget.ts';
import { introduce } from '../diagnostics/ambient.ts';
import { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { SinkResult } from '../diagnostics/SinkResult.ts';
import { BufferFullError } from '../errors/BufferFullError.ts';
import { operate } from '../internal/operate.ts';
import { reportTo } from '../metrics/attachMetrics.ts';
import { getMetricsCollector } from '../metrics/globalCollector.ts';
import { checkToKinesisOptions } from './checkToKinesisOptions.ts';
import { PutFailure, type PutResult, type PutSuccess } from './PutResult.ts';
import { RecordWriter } from './RecordWriter.ts';
import type { ToKinesisOptions } from './ToKinesisOptions.ts';

/**
 * Writes each input to a stream as a record, and emits one {@link PutResult} for each, naming the input, in the order in which they come.
 *
 * **Batches.** A request goes out when it is full (`maxBatchRecords`, `maxBatchBytes`), when its oldest record has waited `lingerMs`, when `flush` emits,
 * and when the source completes; at most `maxInFlightRequests` at a time. A flush covers what was put before it.
 *
 * **Limits.** Each shard gets at most `shardRecordsPerSecond` and `shardBytesPerSecond`, and less for a while after a throttle: what is too much for one shard
 * waits, the others go on. Where a record will go is known from its key and ListShards; where that call is not allowed, there are no such limits.
 *
 * **Order.** Records are sent in the order in which they arrive, but reach the stream in another when several requests are under way or some are tried
 * again. With `order: 'partitionKey'` those of one key keep theirs.
 *
 * **Aggregates.** With `aggregate` small records of one shard travel as one, in the format of the KPL. What a reshard led astray is sent again.
 *
 * **Retry.** What Kinesis refused, and only that, is sent again, after a jittered, exponential delay, until its `ttlMs` or `maxAttempts` are over: throttled,
 * failed within the service, a broken connection, no answer in time, an error code that nobody knows. What repeating cannot cure fails at once: access denied,
 * no such stream. So does a record that cannot be sent, alone: too large, a wrong key, a codec or a key function that throws. Where Kinesis refuses a
 * request because of one of its records, the request is sent again in halves until that one is found; the others are written.
 *
 * **Delivery** is at least once: a record is in the stream twice when Kinesis accepted it and its answer was lost.
 *
 * **Failure.** With `onFailure: 'error'`, the default, the first record that fails errors the Observable with {@link PutFailedError},
 * {@link RecordRejectedError} or {@link EncodeError}. With `'emit'` its {@link PutFailure} is emitted, and the others go on.
 *
 * **Memory.** At most `maxBufferedRecords` records and `maxBufferedBytes` bytes are without a result. An Observable cannot be held back: one that is faster than
 * the stream for long errors with {@link BufferFullError}. Behind `fromKinesis` with a store, flow control keeps below these bounds by itself.
 *
 * **The end.** Completes when the source has completed and every input has its result. When the source errors, what was put before is written first, its results
 * come out, and then that error, whatever else fails meanwhile. After an error of its own, and after unsubscribing, timers are stopped and requests
 * aborted: inputs without a result may or may not be in the stream.
 *
 * **From stream to stream.** Of a `KinesisRecord` the data is encoded, and its keys are the default. Its result settles it (`settle()`, or `checkpoint()`)
 * once it is in the other stream; a failed result never does.
 *
 * ```text
 * source   ab--c-----|
 *          toKinesis('orders', { lingerMs: 3 })    an answer takes 1
 * result   ----(ab)c-|
 * ```
 *
 * @param stream a name or an ARN
 * @throws TypeError or RangeError when the stream or an option is wrong
 *
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { json, toKinesis } from 'rxjs-kinesis';
 *
 * interface Order {
 *   readonly customerId: string;
 *   readonly total: number;
 * }
 *
 * from<Order[]>([{ customerId: 'c1', total: 9 }])
 *   .pipe(toKinesis('orders', { codec: json<Order>(), partitionKey: (order) => order.customerId }))
 *   .subscribe((result) => console.log(result.shardId, result.sequenceNumber, result.value.total));
 * ```
 */
export function toKinesis<T>(
  stream: string,
  options: ToKinesisOptions<T> & { readonly onFailure: 'emit' },
): OperatorFunction<T, PutResult<T>>;
export function toKinesis<T>(
  stream: string,
  options?: ToKinesisOptions<T> & { readonly onFailure?: 'error' },
): OperatorFunction<T, PutSuccess<T>>;
export function toKinesis<T>(stream: string, options?: ToKinesisOptions<T>): OperatorFunction<T, PutResult<T>>;
export function toKinesis<T>(stream: string, options: ToKinesisOptions<T> = {}): OperatorFunction<T, PutResult<T>> {
  const target = streamTarget(stream);
  const settings = checkToKinesisOptions(options);

  return operate((destination) => {
    const { client, destroy } = clientOf(settings.client, target.region);
    const diagnostics = new Diagnostics(settings.onDiagnostic);
    reportTo(diagnostics, settings.metrics ?? getMetricsCollector());
    const stopped = new Subject<never>();
    const self = { streamName: target.streamName, diagnostics, stopped };
    const leavePipe = introduce(self, settings, destination);
    let sourceError: { readonly error: unknown } | undefined;
    // What came first is what is told: the source's error, and not what fails while the rest is written.
    const fail = (error: unknown) => {
      leavePipe();
      destination.error(sourceError ? sourceError.error : error);
    };

    const writer = new RecordWriter<T>(
      { target, client, diagnostics, settings },
      {
        told(result) {
          if (!result.error || settings.onFailure === 'emit') destination.next(SinkResult.emittedBy(result, self));
          else if (!sourceError) fail(result.error);
        },
        failed: fail,
        drained() {
          if (sourceError) {
            fail(sourceError.error);
          } else {
            leavePipe();
            destination.complete();
          }
        },
      },
    );
    destination.add(
      settings.flush?.subscribe({
        next: () => writer.flush(),
        error: fail,
      }),
    );

    const put = (value: T) => {
      try {
        writer.put(value);
      } catch (error) {
        if (!(error instanceof BufferFullError)) throw error;
        const failure = new PutFailure(value, 0, error);
        writer.dropped(failure);
        if (settings.onBufferFull === 'error') throw error;
        if (settings.onFailure === 'emit') destination.next(SinkResult.emittedBy(failure, self));
      }
    };

    return {
      next: put,
      error(error) {
        sourceError = { error };
        writer.end();
      },
      complete: () => writer.end(),
      finalize() {
        leavePipe();
        writer.cancel();
        destroy();
        stopped.complete();
      },
    };
  });
}
