import { Subscription } from 'rxjs';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { nameCause } from '../internal/nameRecord.ts';
import { Alarm } from './Alarm.ts';
import { AstrayAggregates } from './AstrayAggregates.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import { EntryMaker } from './EntryMaker.ts';
import { Expiry } from './Expiry.ts';
import { halve } from './halve.ts';
import { isForOneRecord } from './isForOneRecord.ts';
import { Lifetime } from './Lifetime.ts';
import { Outage } from './Outage.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import { prepareStream } from './prepareStream.ts';
import type { PutOutcome } from './PutOutcome.ts';
import type { PutFailure } from './PutResult.ts';
import { Requests } from './Requests.ts';
import { Retries } from './Retries.ts';
import { ShardMap } from './ShardMap.ts';
import { ShardQueues } from './ShardQueues.ts';
import { Unsettled, type UnsettledSink } from './Unsettled.ts';
import { WriterReports } from './WriterReports.ts';

/** Where a writer's results go. It may put to the writer again from within. */
export interface WriterSink<T> extends UnsettledSink<T> {
  /** The stream cannot be written: no record will have a result. */
  failed(error: unknown): void;
}

export interface WriterContext<T> {
  readonly target: StreamTarget;
  readonly client: KinesisClientLike;
  readonly diagnostics: Diagnostics;
  readonly settings: ProducerSettings<T>;
}

/**
 * Writes what is put to it, in batches, several at a time, until each record has its one result.
 *
 * A record waits in the queue of its shard, is in a request, or waits to be tried again, which puts it back at the head of its queue.
 * The backlog counts all three. No step looks at more records than it moves, however many wait.
 */
export class RecordWriter<T> {
  readonly #streamName: string;
  readonly #settings: ProducerSettings<T>;
  readonly #sink: WriterSink<T>;
  readonly #reports: WriterReports;
  readonly #maker: EntryMaker<T>;
  readonly #map: ShardMap;
  readonly #queues: ShardQueues<T>;
  readonly #requests: Requests<T>;
  readonly #lifetime: Lifetime;
  readonly #retries: Retries<T>;
  readonly #astray: AstrayAggregates<T>;
  readonly #unsettled: Unsettled<T>;
  readonly #linger: Alarm;
  readonly #expiry: Expiry<T>;
  readonly #outage: Outage;
  readonly #pause: Alarm;
  readonly #opening = new Subscription();
  #isOpen = false;
  #isPumping = false;
  #isCancelled = false;

  constructor({ target, client, diagnostics, settings }: WriterContext<T>, sink: WriterSink<T>) {
    const { streamName } = target;
    this.#streamName = streamName;
    this.#settings = settings;
    this.#sink = sink;
    this.#reports = new WriterReports(streamName, diagnostics);
    this.#maker = new EntryMaker(streamName, settings);
    this.#map = new ShardMap(client, target, settings, {
      listed: (openShards) => {
        this.#reports.mapped(openShards);
        this.#queues.sortAnew();
        this.#astray.mapTried();
        this.#pump();
      },
      failed: (error, attempt, delayMs) => {
        this.#reports.mapFailed(error, attempt, delayMs);
        this.#astray.mapTried(!error.retryable);
        this.#pump();
      },
      late: () => this.#pump(),
    });
    this.#queues = new ShardQueues(settings, this.#map, () => this.#pump());
    this.#requests = new Requests(client, target, settings, (parcels, outcome) => this.#conclude(parcels, outcome));
    this.#lifetime = new Lifetime(streamName, settings);
    this.#retries = new Retries(settings, this.#lifetime, {
      waiting: ({ length }, attempt, delayMs) => this.#reports.retrying(length, attempt, delayMs),
      ready: (groups) => this.#retry(groups),
    });
    this.#astray = new AstrayAggregates(this.#map, settings.scheduler, {
      sorted: (accepted, lost) => this.#resend(accepted, lost),
    });
    this.#unsettled = new Unsettled(streamName, settings, this.#reports, sink);
    this.#linger = new Alarm(settings.scheduler, () => this.#endLinger());
    this.#outage = new Outage(settings);
    this.#expiry = new Expiry(settings, this.#lifetime, this.#queues, this.#outage, () => this.#expire());
    this.#pause = new Alarm(settings.scheduler, () => this.#pump());
    const preparing = prepareStream(client, target, settings, (error, attempt, delayMs) => {
      this.#reports.prepareFailed(error, attempt, delayMs);
    });
    this.#opening.add(
      preparing.subscribe({
        complete: () => this.#open(),
        error: (error: unknown) => this.#fail(error),
      }),
    );
  }

  /** Whether no request is under way, so that nothing but time can make room. */
  get isIdle(): boolean {
    return this.#requests.underWay === 0;
  }

  /**
   * Takes an input.
   *
   * @throws BufferFullError when there is no room; then nothing has changed
   */
  put(value: T): void {
    const now = this.#settings.scheduler.now();
    this.add(this.make(value, now), now);
  }

  /** Makes an entry of an input, which has its result by now if it cannot become a record. */
  make(value: T, arrivedAt: number): Entry<T> {
    return this.#maker.make(value, arrivedAt);
  }

  /**
   * Takes an entry, which arrived no earlier than those before it.
   *
   * @throws BufferFullError when there is no room; then nothing has changed
   */
  add(entry: Entry<T>, now = this.#settings.scheduler.now()): void {
    // The codec and the key functions are the user's, and may have unsubscribed.
    if (this.#isCancelled) return;
    this.#unsettled.add(entry);
    // It may have waited for room all its life.
    if (!entry.result && this.#expiry.isOver(entry, now)) this.#expiry.giveUp([entry]);
    if (entry.result) {
      this.#unsettled.tell([entry]);
      return;
    }
    // There are no shards before the stream is there.
    if (this.#isOpen) this.#map.keepUp(now);
    this.#queues.push(entry);
    this.#linger.setFor(entry.arrivedAt + this.#settings.lingerMs);
    this.#expiry.watch(entry);
    this.#unsettled.report();
    this.#pump();
  }

  /** Sends what waits, without waiting for more. What comes later is not meant. */
  flush(): void {
    this.#queues.flush();
    this.#pump();
    this.#unsettled.report();
  }

  /** Nothing more is put: sends what waits, and tells the sink when every record has its result. */
  end(): void {
    this.flush();
    this.#unsettled.end();
  }

  /** Reports an input that was not taken. */
  dropped(failure: PutFailure<T>): void {
    this.#reports.failed(failure);
  }

  /** Aborts requests and stops timers. Records without a result get none, and are in nobody's hand any more. */
  cancel(): void {
    this.#isCancelled = true;
    this.#opening.unsubscribe();
    this.#linger.cancel();
    this.#expiry.cancel();
    this.#pause.cancel();
    this.#retries.cancel();
    this.#requests.cancel();
    this.#map.cancel();
    this.#queues.clear();
    this.#astray.clear();
    this.#unsettled.clear();
  }

  #open(): void {
    const now = this.#settings.scheduler.now();
    this.#isOpen = true;
    this.#lifetime.open(now);
    if (this.#queues.firstArrivedAt < Infinity) this.#map.keepUp(now);
    this.#expire();
    this.#pump();
  }

  /** Sends batches while there are some and there is room; never from within itself. */
  #pump(): void {
    if (this.#isPumping || !this.#isOpen || this.#map.isAwaited) return;
    this.#isPumping = true;
    try {
      while (this.#requests.underWay < this.#outage.maxInFlightRequests && !this.#isPaused()) {
        const batch = this.#queues.take();
        if (!batch) break;
        this.#requests.send(batch);
      }
    } catch (cause) {
      this.#breakDown(cause);
    } finally {
      this.#isPumping = false;
    }
  }

  /** Whether an outage forbids requests for now; then there will be another look. */
  #isPaused(): boolean {
    const { isOn, resumesAt } = this.#outage;
    if (!isOn || resumesAt <= this.#settings.scheduler.now()) return false;
    this.#pause.setFor(resumesAt);
    return true;
  }

  /** A request cannot be made of what was put. Nobody knows how much of it is left: the writer ends. */
  #breakDown(cause: unknown): void {
    const streamName = this.#streamName;
    const message = `Making a request of records for stream ${streamName} failed: ${nameCause(cause)}. ${LEAVE_BYTES}`;
    this.#fail(new KinesisStreamError(message, { cause, streamName }));
  }

  #fail(error: unknown): void {
    this.cancel();
    this.#sink.failed(error);
  }

  #conclude(parcels: readonly Parcel<T>[], outcome: PutOutcome<T>): void {
    const { accepted, astray, durationMs, error, isMapWrong, refused } = outcome;
    const now = this.#settings.scheduler.now();
    this.#reports.concluded(parcels, outcome, now);
    if (this.#isCancelled) return;
    if (error?.retryable) this.#outage.failed(error, now - durationMs, now);
    else if (isForOneRecord(error)) this.#outage.refused(error, now - durationMs, now);
    else this.#outage.ended();
    if (isMapWrong) this.#map.doubt();
    // Another stream of that name would have other shards by the same names.
    if (error?.awsName === 'ResourceNotFoundException') this.#map.forget();
    for (const parcel of refused) if (isThrottled(parcel)) this.#queues.throttled(parcel);
    if (isForOneRecord(error) && parcels.length > 1) {
      this.#retry([halve(parcels)]);
      return;
    }
    const finished = [...accepted, ...this.#expiry.giveUp(this.#retries.add(refused))];
    this.#finish(finished, () => this.#astray.add(astray));
  }

  #resend(accepted: readonly Entry<T>[], lost: readonly Entry<T>[]): void {
    this.#reports.astray(accepted, lost.length);
    const now = this.#settings.scheduler.now();
    const isHopeless = (entry: Entry<T>) => this.#lifetime.reasonToEnd(entry, now) !== undefined;
    this.#putBack([lost.filter((entry) => !isHopeless(entry))]);
    this.#finish([...accepted, ...this.#expiry.giveUp(lost.filter(isHopeless))]);
  }

  #retry(groups: readonly (readonly Entry<T>[])[]): void {
    this.#putBack(groups);
    this.#pump();
  }

  /** Queues what is to be sent again, and watches over its life: no alarm did while it was elsewhere. */
  #putBack(groups: readonly (readonly Entry<T>[])[]): void {
    for (const entries of groups) this.#queues.putBack(entries);
    this.#expire();
  }

  #endLinger(): void {
    const end = this.#queues.firstLingeringAt + this.#settings.lingerMs;
    if (end === Infinity) return;
    if (end > this.#settings.scheduler.now()) {
      this.#linger.setFor(end);
      return;
    }
    this.#queues.flush();
    this.#pump();
  }

  /** Fails those in the queues whose lives are over. */
  #expire(): void {
    const expired = this.#expiry.takeExpired();
    if (expired.length > 0) this.#finish(expired);
  }

  /** These have their results. The next request is on its way before anybody looks at them. */
  #finish(entries: readonly Entry<T>[], before?: () => void): void {
    const now = this.#settings.scheduler.now();
    const finished = [...entries];
    for (const entry of finished) {
      const next = this.#queues.release(entry);
      if (!next) continue;
      // Its life may have ended while it was held back, and that of those behind it: the list grows.
      if (this.#expiry.isOver(next, now)) for (const expired of this.#expiry.takeExpired()) finished.push(expired);
      else this.#expiry.watch(next);
    }
    before?.();
    this.#pump();
    // Who was told of a retry may have unsubscribed.
    if (!this.#isCancelled) this.#unsettled.tell(finished);
  }
}

const LEAVE_BYTES = 'Leave the bytes that you put as they are, and where they are, until they have their results.';

const isThrottled = (parcel: Parcel<unknown>) => entriesOf(parcel)[0]?.lastError?.kind === 'throttle';
