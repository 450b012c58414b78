import type { SchedulerLike } from 'rxjs';
import { clientOf } from '../aws/clientOf.ts';
import { streamTarget } from '../aws/streamTarget.ts';
import type { Codec } from '../codec/Codec.ts';
import { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { BufferFullError } from '../errors/BufferFullError.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { Fifo } from '../internal/Fifo.ts';
import { reportTo } from '../metrics/attachMetrics.ts';
import { getMetricsCollector } from '../metrics/globalCollector.ts';
import { checkProducerOptions } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import type { PutResult, PutSuccess } from './PutResult.ts';
import { RecordWriter } from './RecordWriter.ts';
import type { ProducerOptions } from './ToKinesisOptions.ts';

/** The place of a put among those of a producer. */
interface Place {
  /** From 1. */
  readonly serial: number;
  isSettled: boolean;
}

/** A put whose record has no result yet. */
interface Put<T> {
  readonly value: T;
  readonly calledAt: number;
  readonly place: Place;
  readonly resolve: (result: PutSuccess<T>) => void;
  readonly reject: (error: unknown) => void;
}

/** Somebody who waits until all puts up to one have their results. */
interface Flush {
  readonly lastSerial: number;
  readonly done: () => void;
}

/**
 * Writes values to a stream as records, for code that is not a pipe: the engine of {@link toKinesis}, whose rules of batches, limits, retries,
 * order and aggregates hold here, too.
 *
 * `put()` resolves when its record is in the stream, rejects when that failed for good, and waits while the buffer is full, in the order of the
 * calls: who awaits it needs no other bound. The time that it waits is part of `ttlMs`.
 *
 * `close()` writes what was put, and then lets go of timers, connections and memory. Until then the process goes on as long as records wait.
 *
 * @example
 * ```ts
 * import { json, KinesisProducer } from 'rxjs-kinesis';
 *
 * interface Order {
 *   readonly customerId: string;
 *   readonly total: number;
 * }
 *
 * await using producer = new KinesisProducer<Order>('orders', {
 *   codec: json(),
 *   partitionKey: (order) => order.customerId,
 * });
 * const { shardId, sequenceNumber } = await producer.put({ customerId: 'c1', total: 9 });
 * console.log(shardId, sequenceNumber);
 * ```
 */
export class KinesisProducer<T = Uint8Array> implements AsyncDisposable {
  readonly #streamName: string;
  readonly #scheduler: SchedulerLike;
  readonly #writer: RecordWriter<T>;
  readonly #release: () => void;
  readonly #puts = new Map<Entry<T>, Put<T>>();
  /** Those for which there is no room yet. */
  readonly #waiting = new Fifo<Put<T>>();
  /** Made of the first of them. */
  #next: Entry<T> | undefined;
  /** Those of all puts since the oldest without a result. */
  readonly #places = new Fifo<Place>();
  /** The oldest first. */
  readonly #flushes = new Fifo<Flush>();
  #lastSerial = 0;
  #isAdmitting = false;
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  /**
   * @param stream a name or an ARN
   * @throws TypeError or RangeError when the stream or an option is wrong
   */
  constructor(stream: string, options?: ProducerOptions<T>);
  /**
   * The same; takes what the codec writes, where the class is given no type.
   *
   * @param stream a name or an ARN
   * @throws TypeError or RangeError when the stream or an option is wrong
   */
  constructor(stream: string, options: ProducerOptions<T> & { readonly codec: Codec<T> | object });
  constructor(stream: string, options: ProducerOptions<T> = {}) {
    const target = streamTarget(stream);
    const settings = checkProducerOptions(options);
    const { client, destroy } = clientOf(settings.client, target.region);
    this.#streamName = target.streamName;
    this.#scheduler = settings.scheduler;
    const diagnostics = new Diagnostics(settings.onDiagnostic);
    reportTo(diagnostics, settings.metrics ?? getMetricsCollector());
    this.#writer = new RecordWriter<T>(
      { target, client, diagnostics, settings },
      {
        told: (result, entry) => this.#tell(result, entry),
        drained: () => undefined,
        failed: (error) => this.#fail(error as Error),
      },
    );
    this.#release = () => {
      this.#writer.cancel();
      destroy();
    };
  }

  /**
   * Writes a value; resolves when Kinesis has it, and rejects when it failed for good, with {@link PutFailedError}, {@link RecordRejectedError} or
   * {@link EncodeError}; with {@link KinesisStreamError} after `close()`.
   */
  put(value: T): Promise<PutSuccess<T>> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(this.#closedError());
    const result = new Promise<PutSuccess<T>>((resolve, reject) => {
      this.#waiting.push(this.#expect(value, resolve, reject));
    });
    this.#admit();
    return result;
  }

  /** Sends what was put before, without waiting for more; resolves when all of that has its result, good or bad. What is put later is not waited for. */
  flush(): Promise<void> {
    return new Promise((done) => {
      this.#flushes.push({ lastSerial: this.#lastSerial, done });
      this.#writer.flush();
      this.#endFlushes();
    });
  }

  /** Writes what was put, takes no more, and lets go of everything. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.flush().finally(this.#release);
    return this.#closed;
  }

  /** The same as {@link KinesisProducer.close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A put that has its place until it is resolved or rejected. A rejection stays for the caller alone to handle. */
  #expect(value: T, resolve: Put<T>['resolve'], reject: Put<T>['reject']): Put<T> {
    const place = { serial: (this.#lastSerial += 1), isSettled: false };
    this.#places.push(place);
    const end = () => {
      place.isSettled = true;
      this.#endFlushes();
    };
    return {
      value,
      calledAt: this.#scheduler.now(),
      place,
      resolve: (result) => {
        resolve(result);
        end();
      },
      reject: (error) => {
        reject(error);
        end();
      },
    };
  }

  #endFlushes(): void {
    while (this.#places.first?.isSettled) this.#places.shift();
    const { serial = Infinity } = this.#places.first ?? {};
    for (let { first } = this.#flushes; first && first.lastSerial < serial; { first } = this.#flushes) {
      this.#flushes.shift();
      first.done();
    }
  }

  /** Hands the writer what waits, while there is room; never from within itself. */
  #admit(): void {
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    const toFlush = this.#flushes.last?.lastSerial ?? 0;
    let isFlushed = true;
    for (let { first } = this.#waiting; first; { first } = this.#waiting) {
      if (!this.#handOver(first)) {
        // No company comes any more for what waits for it.
        isFlushed &&= !this.#writer.isIdle;
        break;
      }
      this.#waiting.shift();
      isFlushed &&= first.place.serial > toFlush;
    }
    this.#isAdmitting = false;
    if (!isFlushed) this.#writer.flush();
  }

  /** Hands the writer the first that waits, if there is room. Its codec and its key functions are called once, however long it waits. */
  #handOver(put: Put<T>): boolean {
    const entry = (this.#next ??= this.#writer.make(put.value, put.calledAt));
    this.#puts.set(entry, put);
    try {
      this.#writer.add(entry);
    } catch (error) {
      this.#puts.delete(entry);
      if (error instanceof BufferFullError) return false;
      put.reject(error);
    }
    this.#next = undefined;
    return true;
  }

  #tell(result: PutResult<T>, entry: Entry<T>): void {
    const put = this.#puts.get(entry);
    this.#puts.delete(entry);
    if (result.error) put?.reject(result.error);
    else put?.resolve(result);
    if (this.#waiting.length > 0) this.#admit();
  }

  /** No record will have a result. */
  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#puts.values()) reject(error);
    this.#puts.clear();
    for (let put = this.#waiting.shift(); put; put = this.#waiting.shift()) put.reject(error);
  }

  #closedError(): KinesisStreamError {
    return new KinesisStreamError(
      `The producer of stream ${this.#streamName} was closed, and takes no records. Close it after the last put().`,
      { streamName: this.#streamName, retryable: false },
    );
  }
}
