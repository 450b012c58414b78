import { Subscription } from 'rxjs';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { Alarm } from './Alarm.ts';
import { AstrayAggregates } from './AstrayAggregates.ts';
import { Backlog } from './Backlog.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import { EntryMaker } from './EntryMaker.ts';
import { HeldRecords } from './HeldRecords.ts';
import { Lifetime } from './Lifetime.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import { prepareStream } from './prepareStream.ts';
import { PutFailure, type PutResult } from './PutResult.ts';
import type { PutOutcome } from './readAnswer.ts';
import { Requests } from './Requests.ts';
import { ResultOrder } from './ResultOrder.ts';
import { Retries } from './Retries.ts';
import { ShardMap } from './ShardMap.ts';
import { ShardQueues } from './ShardQueues.ts';
import { WriterReports } from './WriterReports.ts';

/** Where a writer's results go. It may put to the writer again from within. */
export interface WriterSink<T> {
  told(result: PutResult<T>, entry: Entry<T>): void;
  /** After {@link RecordWriter.end}: every record has its result. */
  drained(): void;
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
  readonly #results: ResultOrder<T>;
  readonly #linger: Alarm;
  readonly #expiry: Alarm;
  readonly #backlog: Backlog;
  readonly #held = new HeldRecords();
  readonly #opening = new Subscription();
  /** While above 0 there are results that the sink has not got yet. */
  #telling = 0;
  #isOpen = false;
  #isPumping = false;
  #isEnding = false;
  #isCancelled = false;

  constructor({ target, client, diagnostics, settings }: WriterContext<T>, sink: WriterSink<T>) {
    const { streamName } = target;
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
    this.#backlog = new Backlog(streamName, settings);
    this.#requests = new Requests(client, target, settings, (parcels, outcome) => this.#conclude(parcels, outcome));
    this.#lifetime = new Lifetime(streamName, settings);
    this.#retries = new Retries(settings, this.#lifetime, {
      waiting: ({ length }, attempt, delayMs) => this.#reports.retrying(length, attempt, delayMs),
      ready: (entries) => this.#retry(entries),
    });
    this.#astray = new AstrayAggregates(this.#map, settings.scheduler, {
      sorted: (accepted, lost) => this.#resend(accepted, lost),
    });
    this.#results = new ResultOrder(settings.resultOrder);
    this.#linger = new Alarm(settings.scheduler, () => this.#endLinger());
    this.#expiry = new Alarm(settings.scheduler, () => this.#expire());
    const preparing = prepareStream(client, target, settings, (error, attempt, delayMs) => {
      this.#reports.prepareFailed(error, attempt, delayMs);
    });
    this.#opening.add(
      preparing.subscribe({
        complete: () => this.#open(),
        error: (error: unknown) => this.#sink.failed(error),
      }),
    );
  }

  /**
   * Takes an input, which has its result by now if it could not become a record.
   *
   * @param arrivedAt when, no earlier than those before it; now, if it is left out
   * @throws BufferFullError when there is no room; then nothing has changed
   */
  put(value: T, arrivedAt?: number): Entry<T> {
    const { lingerMs, scheduler } = this.#settings;
    const now = scheduler.now();
    const entry = this.#maker.make(value, arrivedAt ?? now);
    // The codec and the key functions are the user's, and may have unsubscribed.
    if (this.#isCancelled) return entry;
    this.#backlog.add(entry);
    this.#results.expect(entry);
    // It may have waited for room all its life.
    if (!entry.result && this.#isOver(entry, now)) this.#giveUp([entry]);
    if (entry.result) {
      this.#tell([entry]);
      return entry;
    }
    this.#held.hold(value);
    this.#map.keepUp(now);
    this.#queues.push(entry);
    this.#linger.setFor(entry.arrivedAt + lingerMs);
    this.#expiry.setFor(this.#lifetime.endOf(entry.arrivedAt));
    this.#reports.queued(this.#backlog);
    this.#pump();
    return entry;
  }

  /** Sends what waits, without waiting for more. What comes later is not meant. */
  flush(): void {
    this.#queues.flush();
    this.#pump();
    this.#reports.queued(this.#backlog);
  }

  /** Nothing more is put: sends what waits, and tells the sink when every record has its result. */
  end(): void {
    this.#isEnding = true;
    this.flush();
    this.#endWhenDrained();
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
    this.#retries.cancel();
    this.#requests.cancel();
    this.#map.cancel();
    this.#queues.clear();
    this.#astray.clear();
    this.#results.clear();
    this.#held.unholdAll();
    if (this.#backlog.records === 0) return;
    this.#backlog.clear();
    this.#reports.queued(this.#backlog);
  }

  #open(): void {
    const now = this.#settings.scheduler.now();
    this.#isOpen = true;
    this.#lifetime.open(now);
    this.#expire();
    this.#pump();
  }

  /** Sends batches while there are some and there is room; never from within itself. */
  #pump(): void {
    if (this.#isPumping || !this.#isOpen || this.#map.isAwaited) return;
    this.#isPumping = true;
    while (this.#requests.hasRoom) {
      const batch = this.#queues.take();
      if (!batch) break;
      this.#requests.send(batch);
    }
    this.#isPumping = false;
  }

  #conclude(parcels: readonly Parcel<T>[], outcome: PutOutcome<T>): void {
    const { accepted, astray, isMapWrong, refused } = outcome;
    this.#reports.concluded(parcels, outcome, this.#settings.scheduler.now());
    if (this.#isCancelled) return;
    if (isMapWrong) this.#map.doubt();
    // Another stream of that name would have other shards by the same names.
    if (outcome.error?.awsName === 'ResourceNotFoundException') this.#map.forget();
    for (const parcel of refused) if (isThrottled(parcel)) this.#queues.throttled(parcel);
    if (isForOneOfThem(parcels, outcome)) {
      this.#part(parcels);
      return;
    }
    const finished = [...accepted, ...this.#giveUp(this.#retries.add(refused))];
    this.#finish(finished, () => this.#astray.add(astray));
  }

  /** One of them is at fault, and nobody says which: they are sent again in two halves, at once, and each half that fails in two again. */
  #part(parcels: readonly Parcel<T>[]): void {
    const entries = parcels.flatMap(entriesOf);
    for (const entry of entries) {
      entry.company = Math.ceil(parcels.length / 2);
      // Those that are not at fault have not had their attempt.
      entry.attempts -= 1;
      entry.lastError = undefined;
    }
    this.#queues.putBack(entries);
    this.#expire();
    this.#pump();
  }

  #resend(accepted: readonly Entry<T>[], lost: readonly Entry<T>[]): void {
    this.#reports.astray(accepted, lost.length);
    const now = this.#settings.scheduler.now();
    const isHopeless = (entry: Entry<T>) => this.#lifetime.reasonToEnd(entry, now) !== undefined;
    this.#queues.putBack(lost.filter((entry) => !isHopeless(entry)));
    this.#finish([...accepted, ...this.#giveUp(lost.filter(isHopeless))]);
  }

  #retry(entries: readonly Entry<T>[]): void {
    this.#queues.putBack(entries);
    this.#expire();
    this.#pump();
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

  /** Fails those in the queue whose life is over. */
  #expire(): void {
    const expired = this.#takeExpired();
    this.#expiry.setFor(this.#lifetime.endOf(this.#queues.firstArrivedAt));
    if (expired.length > 0) this.#finish(expired);
  }

  /** Takes those out of the queue whose life is over: with their results. */
  #takeExpired(): readonly Entry<T>[] {
    const arrival = this.#lifetime.arrivalOfLastOver(this.#settings.scheduler.now());
    return this.#giveUp(this.#queues.takeArrivedUntil(arrival));
  }

  #isOver({ arrivedAt }: Entry<T>, now: number): boolean {
    return this.#lifetime.endOf(arrivedAt) <= now;
  }

  #giveUp(entries: readonly Entry<T>[]): readonly Entry<T>[] {
    const now = this.#settings.scheduler.now();
    for (const entry of entries) {
      entry.result = new PutFailure(entry.value, entry.attempts, this.#lifetime.errorOf(entry, now));
    }
    return entries;
  }

  /** These have their results. The next request is on its way before anybody looks at them. */
  #finish(entries: readonly Entry<T>[], before?: () => void): void {
    const now = this.#settings.scheduler.now();
    const finished = [...entries];
    for (const entry of finished) {
      const next = this.#queues.release(entry);
      if (!next) continue;
      // Its life may have ended while it was held back, and that of those behind it: the list grows.
      if (this.#isOver(next, now)) for (const expired of this.#takeExpired()) finished.push(expired);
      else this.#expiry.setFor(this.#lifetime.endOf(next.arrivedAt));
    }
    this.#telling++;
    before?.();
    this.#pump();
    this.#telling--;
    this.#tell(finished);
  }

  #tell(finished: readonly Entry<T>[]): void {
    // Who was told of a retry may have unsubscribed, and then there is no backlog any more.
    if (this.#isCancelled) return;
    const entries = this.#results.add(finished);
    this.#telling++;
    for (const { result } of finished) if (result?.error) this.#reports.failed(result);
    for (const { bytes } of entries) this.#backlog.remove(1, bytes);
    this.#reports.queued(this.#backlog);
    for (const entry of entries) {
      this.#held.unhold(entry.value);
      if (entry.result) this.#sink.told(entry.result, entry);
    }
    this.#telling--;
    this.#endWhenDrained();
  }

  #endWhenDrained(): void {
    if (this.#isEnding && this.#backlog.records === 0 && this.#telling === 0) this.#sink.drained();
  }
}

/** What Kinesis says when a field of some record is not as it should be, and refuses the whole request for it. */
const FAULTS = new Set(['ValidationException', 'InvalidArgumentException']);

const isForOneOfThem = (parcels: readonly Parcel<unknown>[], { error }: PutOutcome<unknown>) =>
  error !== undefined && FAULTS.has(error.awsName) && parcels.length > 1;

const isThrottled = (parcel: Parcel<unknown>) =>
  ('entries' in parcel ? parcel.entries[0] : parcel)?.lastError?.kind === 'throttle';
