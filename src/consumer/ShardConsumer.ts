import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  Subject,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { Checkpoint } from '../checkpoint/Lease.ts';
import type { ShardSample } from '../diagnostics/ConsumerDiagnostic.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { LeaseLostError } from '../errors/LeaseLostError.ts';
import { astrayFrom } from './astrayFrom.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { deliverAnswer } from './deliverAnswer.ts';
import type { HeldLease, LeaseEnd } from './HeldLease.ts';
import type { ShardShare } from './InFlight.ts';
import { childShardInfo } from './listTopology.ts';
import { readShard, type Answer, type ReaderState } from './readShard.ts';
import { reportingCheckpoint } from './reportingCheckpoint.ts';
import type { Run } from './Run.ts';
import { ShardEnding } from './ShardEnding.ts';
import { hasUnwritten, ShardSampler } from './ShardSampler.ts';
import type { ShardStatus } from './ShardStatus.ts';
import { ShardWindow } from './ShardWindow.ts';
import type { ShardInfo } from './topology.ts';
import type { Worker } from './Worker.ts';

/**
 * One shard in the hands of one worker, from taking its lease to giving it up.
 *
 * Reading, delivering, and then, once everything is settled, marking the end; or leaving before, because the worker stops, another worker
 * asked for the shard, or the lease is gone.
 */
export class ShardConsumer {
  readonly shardId: string;
  readonly window: ShardWindow;
  readonly #held: HeldLease;
  readonly #share: ShardShare;
  readonly #settings: ConsumerSettings;
  readonly #worker: Worker;
  readonly #sampler: ShardSampler;
  readonly #stopped = new Subject<void>();
  readonly #reader: ReaderState = {
    pausedFor: undefined,
    millisBehindLatest: undefined,
    hasIterator: false,
    isAtEnd: false,
    pausedSinceMs: undefined,
    pausedMs: 0,
  };
  readonly #ending: ShardEnding;
  /** Until the first answer. */
  #readUntilMs: number | undefined;

  /** @param readUntilMs when another reader was seen last, if one was */
  constructor(held: HeldLease, settings: ConsumerSettings, worker: Worker, readUntilMs: number | undefined) {
    this.#readUntilMs = readUntilMs;
    this.shardId = held.lease.shardId;
    this.#held = held;
    this.#settings = settings;
    this.#worker = worker;
    this.#share = worker.inFlight.join();
    this.window = new ShardWindow(worker, this.#share, (records) => worker.countSettled(records), worker.settleMeter);
    this.#ending = new ShardEnding(held, worker);
    this.#sampler = new ShardSampler(this.shardId, held, this.window, this.#reader, settings);
  }

  /** Emits how the lease ended, once. */
  get ended(): Observable<LeaseEnd> {
    return this.#held.ended;
  }

  get isReady(): boolean {
    return this.#reader.hasIterator;
  }

  /** Nothing more is read until something is settled. */
  get isBlocked(): boolean {
    return this.#reader.isAtEnd || this.#reader.pausedFor === 'inFlight';
  }

  get status(): Omit<ShardStatus, 'isOwned' | 'owner' | 'isOpen' | 'parentShardIds' | 'shardId'> {
    return {
      millisBehindLatest: this.#reader.millisBehindLatest,
      inFlightRecords: this.window.inFlightRecords,
      lastSettled: this.window.watermark,
      lastCheckpointed: this.#held.lease.checkpoint,
      pausedFor: this.#reader.pausedFor,
    };
  }

  /** All of the shard is settled, and its end is in the store. */
  get hasEnded(): boolean {
    return this.#ending.isWritten;
  }

  /** What to say of progress that is settled here and was not written before the lease went; undefined while it is held, or if there is none. */
  get lostProgress(): LeaseLostError | undefined {
    if (!this.#worker.keepsProgress || !this.#held.isLost || !hasUnwritten(this.window, this.#held)) return undefined;
    return this.#held.lost('writing the checkpoint');
  }

  /** How the shard is doing, and what it did since it was asked last. */
  sample(): ShardSample {
    return this.#sampler.take();
  }

  /** Reads and delivers for as long as it is subscribed and the lease is held; completes when that has ended. */
  run(): Observable<never> {
    const reading = defer(() => this.#readToEnd()).pipe(
      this.#worker.calls.weather(this.shardId),
      takeUntil(this.#stopped),
    );
    const handOver = this.#held.requested.pipe(
      concatMap(() => this.leave(this.#settings.handOverTimeoutMs).pipe(catchError(ifCurable))),
    );
    const alive = this.#held.keepAlive((...failure) => this.#worker.calls.report(this.shardId, ...failure));
    return merge(reading, handOver, alive).pipe(ignoreElements(), catchError(ifLeaseLost), takeUntil(this.ended));
  }

  /**
   * Stops reading, waits at most `drainMs` for what is in flight to be settled, writes the checkpoint, and makes the lease free, whatever of
   * that fails, for as long as the lease is held; then errors with the first failure.
   */
  leave(drainMs: number): Observable<never> {
    const failures: unknown[] = [];
    const noting = (step: Observable<never>) =>
      step.pipe(
        catchError((error: unknown) => {
          // Asked to leave twice, at a hand-over and at the stop: the first did it all.
          if (!this.#held.isReleased) failures.push(error);
          return EMPTY;
        }),
      );
    return concat(
      defer(() => {
        this.stopReading();
        return this.window.empty().pipe(ignoreElements(), takeUntil(timer(drainMs, this.#settings.scheduler)));
      }),
      defer(() => {
        this.#held.renewNoMore();
        return EMPTY;
      }),
      concat(
        noting(this.flush().pipe(this.#worker.calls.fewTimes(this.shardId))),
        noting(this.#held.release().pipe(this.#worker.calls.fewTimes(this.shardId))),
      ).pipe(takeUntil(this.#held.expiry)),
      defer(() => {
        // What could not be released is left to expire.
        this.#held.expire();
        if (failures.length === 0 && !this.#held.isReleased) failures.push(this.#held.notReleased());
        if (failures.length > 0) throw failures[0] as Error;
        return EMPTY;
      }),
    );
  }

  /** Delivers nothing more; what was read and not delivered is given up. */
  stopReading(): void {
    this.#stopped.next();
    this.window.withdraw();
  }

  /**
   * Gives its part of the room in flight back once nothing of it is used any more. What is not settled by `stallTimeoutMs` has been
   * dropped: its progress is another worker's matter now, and the room is taken back.
   */
  abandon(): Observable<never> {
    this.stopReading();
    const { stallTimeoutMs, scheduler } = this.#settings;
    const overdue = stallTimeoutMs === Infinity ? NEVER : timer(stallTimeoutMs, scheduler);
    return merge(this.window.empty(), overdue).pipe(
      take(1),
      tap(() => {
        this.window.forget();
        this.#share.leave();
      }),
      ignoreElements(),
    );
  }

  /** Writes the watermark, if the store's checkpoint is behind it; errors if that fails. */
  flush(): Observable<never> {
    return defer(() =>
      hasUnwritten(this.window, this.#held)
        ? this.#held
            .checkpoint(() => this.window.watermark)
            .pipe(reportingCheckpoint(this.shardId, this.#worker), ignoreElements())
        : EMPTY,
    );
  }

  /** Reads on behind what was delivered; errors with a retryable error when the end turned out to be none. */
  #readToEnd(): Observable<unknown> {
    let children: readonly ShardInfo[] = [];
    this.#reader.isAtEnd = false;
    // What was read before, and waited for its turn, is read again.
    this.window.withdraw();
    const answers = readShard({
      shardId: this.shardId,
      checkpoint: this.window.delivered ?? this.#held.lease.checkpoint,
      settings: this.#settings,
      share: this.#share,
      slots: this.#worker.slots,
      state: this.#reader,
      diagnostics: this.#worker.diagnostics,
      isAstray: astrayFrom(this.#worker.directory.topology.get(this.shardId)),
      onReady: () => this.#worker.checkReady(),
      anchor: (place) => this.#anchor(place),
    });
    return concat(
      answers.pipe(
        catchError((error: unknown) => this.#ending.ifGone(error)),
        tap(({ end }) => {
          this.#reportTakeover();
          if (!end) return;
          children = end.map(childShardInfo);
          this.#reader.isAtEnd = true;
        }),
        filter(({ records }) => records.length > 0),
        // In the window before its turn to be delivered: what is given up then is known there.
        map((answer) => ({ answer, run: this.window.open(answer) })),
        concatMap(({ answer, run }) => this.#deliver(answer, run)),
      ),
      this.window.empty(),
      defer(() => this.#ending.write(children)),
    );
  }

  /** Tells for how long the shard had no reader, once it has one. */
  #reportTakeover(): void {
    const { diagnostics } = this.#worker;
    const { scheduler, target } = this.#settings;
    const readUntilMs = this.#readUntilMs;
    this.#readUntilMs = undefined;
    if (readUntilMs === undefined || !diagnostics.isHeard) return;
    const unreadMs = scheduler.now() - readUntilMs;
    diagnostics.emit({ type: 'takenOver', streamName: target.streamName, shardId: this.shardId, unreadMs });
  }

  #deliver(answer: Answer, run: Run): Observable<never> {
    const { destination, diagnostics, clock } = this.#worker;
    return deliverAnswer({
      answer,
      streamName: this.#settings.target.streamName,
      shardId: this.shardId,
      run,
      destination,
      diagnostics,
      validUntilMs: () => this.#held.validUntilMs,
      onExpired: () => this.#held.expire(),
      settles: this.#settings.settlesOnDelivery,
      scheduler: this.#settings.scheduler,
      clock,
    });
  }

  /**
   * A place at the tip becomes a time in the store before the shard counts as ready: whoever reads it next, after a stop, a hand-over or
   * a crash, would else begin at a later LATEST, behind records that were written meanwhile.
   */
  #anchor(place: Checkpoint): Observable<never> {
    return this.#held.checkpoint(() => place).pipe(this.#worker.calls.weather(this.shardId), ignoreElements());
  }
}

/** Losing a lease ends the shard here; it is no failure of the source. */
function ifLeaseLost(error: unknown): Observable<never> {
  if (error instanceof LeaseLostError) return EMPTY;
  throw error;
}

/** What could not be written at a hand-over was reported, and is delivered again to the next owner. */
function ifCurable(error: unknown): Observable<never> {
  if (error instanceof KinesisStreamError && (error.retryable || error instanceof LeaseLostError)) return EMPTY;
  throw error;
}
