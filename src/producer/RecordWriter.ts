import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { Alarm } from './Alarm.ts';
import { Backlog } from './Backlog.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import { putFailedError } from './endOfLife.ts';
import type { Entry } from './Entry.ts';
import { EntryMaker } from './EntryMaker.ts';
import { EntryQueue } from './EntryQueue.ts';
import { HeldRecords } from './HeldRecords.ts';
import { PutFailure, type PutSuccess } from './PutResult.ts';
import type { PutOutcome } from './readAnswer.ts';
import { Requests } from './Requests.ts';
import { Retries } from './Retries.ts';
import { WriterReports } from './WriterReports.ts';

/** Where a writer's results go. It may put to the writer again from within. */
export interface WriterSink<T> {
  accepted(result: PutSuccess<T>): void;
  failed(result: PutFailure<T>): void;
  /** After {@link RecordWriter.end}: every record has its result. */
  drained(): void;
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
 * A record waits in the queue, is in a request, or waits to be tried again, which puts it back at the head of the queue.
 * The backlog counts all three. No step looks at more records than it moves, however many wait.
 */
export class RecordWriter<T> {
  readonly #streamName: string;
  readonly #settings: ProducerSettings<T>;
  readonly #sink: WriterSink<T>;
  readonly #reports: WriterReports;
  readonly #maker: EntryMaker<T>;
  readonly #queue: EntryQueue<T>;
  readonly #requests: Requests<T>;
  readonly #retries: Retries<T>;
  readonly #linger: Alarm;
  readonly #expiry: Alarm;
  readonly #backlog: Backlog;
  readonly #held = new HeldRecords();
  /** While above 0 there are results that the sink has not got yet. */
  #telling = 0;
  #isPumping = false;
  #isEnding = false;
  #isCancelled = false;

  constructor({ target, client, diagnostics, settings }: WriterContext<T>, sink: WriterSink<T>) {
    this.#streamName = target.streamName;
    this.#settings = settings;
    this.#sink = sink;
    this.#reports = new WriterReports(target.streamName, diagnostics);
    this.#maker = new EntryMaker(target.streamName, settings);
    this.#queue = new EntryQueue(settings);
    this.#backlog = new Backlog(target.streamName, settings);
    this.#requests = new Requests(client, target, settings, (entries, outcome) => this.#conclude(entries, outcome));
    this.#retries = new Retries(settings, {
      waiting: ({ length }, attempt, delayMs) => this.#reports.retrying(length, attempt, delayMs),
      ready: (entries) => this.#retry(entries),
    });
    this.#linger = new Alarm(settings.scheduler, () => this.#endLinger());
    this.#expiry = new Alarm(settings.scheduler, () => this.#expire());
  }

  /** @throws BufferFullError when there is no room; then nothing has changed */
  put(value: T): void {
    const { scheduler, lingerMs, ttlMs } = this.#settings;
    let entry: Entry<T>;
    try {
      entry = this.#maker.make(value, scheduler.now());
    } catch (error) {
      this.#tell([], [new PutFailure(value, 0, error as KinesisStreamError)]);
      return;
    }
    // The codec and the key functions are the user's, and may have unsubscribed.
    if (this.#isCancelled) return;
    this.#backlog.add(entry);
    this.#held.hold(value);
    this.#queue.push(entry);
    this.#linger.setFor(entry.arrivedAt + lingerMs);
    this.#expiry.setFor(entry.arrivedAt + ttlMs);
    this.#reports.queued(this.#backlog);
    this.#pump();
  }

  /** Sends what waits, without waiting for more. What comes later is not meant. */
  flush(): void {
    this.#queue.flush();
    this.#pump();
    this.#reports.queued(this.#backlog);
  }

  /** Nothing more is put: sends what waits, and tells the sink when every record has its result. */
  end(): void {
    this.#isEnding = true;
    this.flush();
    this.#endWhenDrained();
  }

  /** Aborts requests and stops timers. Records without a result get none, and are in nobody's hand any more. */
  cancel(): void {
    this.#isCancelled = true;
    this.#linger.cancel();
    this.#expiry.cancel();
    this.#retries.cancel();
    this.#requests.cancel();
    this.#queue.clear();
    this.#held.unholdAll();
    if (this.#backlog.records === 0) return;
    this.#backlog.clear();
    this.#reports.queued(this.#backlog);
  }

  /** Sends batches while there are some and there is room; never from within itself. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#requests.hasRoom) {
      const batch = this.#queue.take();
      if (!batch) break;
      this.#requests.send(batch);
    }
    this.#isPumping = false;
  }

  #conclude(entries: readonly Entry<T>[], outcome: PutOutcome<T>): void {
    const { accepted, releasedBytes, refused } = outcome;
    this.#backlog.remove(accepted.length, releasedBytes);
    this.#reports.concluded(entries, outcome, this.#settings.scheduler.now());
    if (this.#isCancelled) return;
    const failures = this.#giveUp(this.#retries.add(refused));
    // The next request is on its way before anybody looks at these results.
    this.#telling++;
    this.#pump();
    this.#telling--;
    this.#tell(accepted, failures);
  }

  #retry(entries: readonly Entry<T>[]): void {
    this.#queue.putBack(entries);
    this.#expire();
    this.#pump();
  }

  #endLinger(): void {
    const { lingerMs, scheduler } = this.#settings;
    const oldest = this.#queue.firstLingering;
    if (!oldest) return;
    const end = oldest.arrivedAt + lingerMs;
    if (end > scheduler.now()) {
      this.#linger.setFor(end);
      return;
    }
    this.#queue.flush();
    this.#pump();
  }

  /** Fails those in the queue whose life is over. */
  #expire(): void {
    const { ttlMs, scheduler } = this.#settings;
    const expired = this.#queue.takeArrivedUntil(scheduler.now() - ttlMs);
    if (this.#queue.first) this.#expiry.setFor(this.#queue.first.arrivedAt + ttlMs);
    if (expired.length > 0) this.#tell([], this.#giveUp(expired));
  }

  #giveUp(entries: readonly Entry<T>[]): PutFailure<T>[] {
    // Who was told of a retry may have unsubscribed, and then there is no backlog any more.
    if (entries.length === 0 || this.#isCancelled) return [];
    const now = this.#settings.scheduler.now();
    return entries.map((entry) => {
      this.#backlog.remove(1, entry.bytes);
      const error = putFailedError(entry, this.#streamName, this.#settings, now);
      return new PutFailure(entry.value, entry.attempts, error);
    });
  }

  #tell(accepted: readonly PutSuccess<T>[], failures: readonly PutFailure<T>[]): void {
    this.#telling++;
    for (const failure of failures) this.#reports.failed(failure);
    this.#reports.queued(this.#backlog);
    for (const success of accepted) {
      this.#held.unhold(success.value);
      this.#sink.accepted(success);
    }
    for (const failure of failures) {
      this.#held.unhold(failure.value);
      this.#sink.failed(failure);
    }
    this.#telling--;
    this.#endWhenDrained();
  }

  #endWhenDrained(): void {
    if (this.#isEnding && this.#backlog.records === 0 && this.#telling === 0) this.#sink.drained();
  }
}
