import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  interval,
  merge,
  mergeAll,
  mergeMap,
  type Observable,
  repeat,
  ReplaySubject,
  Subject,
  type Subscriber,
  Subscription,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { ifIncurable } from '../checkpoint/ifIncurable.ts';
import { introduce } from '../diagnostics/ambient.ts';
import type { LeaseEvent } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { CheckpointFlushError, type FailedShard } from '../errors/CheckpointFlushError.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { asStreamError } from '../aws/asStreamError.ts';
import { CallSlots } from '../internal/CallSlots.ts';
import { coalesceMap } from '../internal/coalesceMap.ts';
import type { CheckpointRhythm, RecordOrigin } from '../record/Delivery.ts';
import type { KinesisRecord } from '../record/KinesisRecord.ts';
import { CheckpointPace } from './CheckpointPace.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { DeliveryClock } from './DeliveryClock.ts';
import { type Amount, InFlight } from './InFlight.ts';
import { Leases } from './Leases.ts';
import { leavingFailed } from './leavingFailed.ts';
import { SettleMeter } from './SettleMeter.ts';
import type { ShardConsumer } from './ShardConsumer.ts';
import { ShardDirectory } from './ShardDirectory.ts';
import type { WorkerStatus } from './ShardStatus.ts';
import { StallWatch } from './StallWatch.ts';
import { WorkerCalls } from './WorkerCalls.ts';

/** Checkpoints under way at a time while many are written. */
const STORE_WRITES_AT_A_TIME = 32;
const SAMPLE_MS = 1_000;
/** Nothing is in flight for longer than it takes to deliver it. */
const UNBOUNDED: Amount = { records: 2 ** 50, bytes: 2 ** 50 };

/**
 * One subscription to a source: takes leases, runs a {@link ShardConsumer} for each, and writes their checkpoints in its rhythm.
 */
export class Worker implements RecordOrigin {
  readonly streamName: string;
  readonly diagnostics: Diagnostics;
  readonly destination: Subscriber<KinesisRecord>;
  readonly inFlight: InFlight;
  readonly slots: CallSlots;
  readonly calls: WorkerCalls;
  readonly directory: ShardDirectory;
  readonly clock: DeliveryClock;
  readonly settleMeter: SettleMeter;
  readonly #settings: ConsumerSettings;
  readonly #consumers = new Map<string, ShardConsumer>();
  /** No longer read here, with records that are not settled. */
  readonly #abandoned = new Set<ShardConsumer>();
  /** Shards whose lease went with progress that was not written, since the last flush. */
  readonly #lost = new Map<string, FailedShard>();
  readonly #leases: Leases;
  readonly #ready = new ReplaySubject<readonly string[]>(1);
  readonly #pace: CheckpointPace;
  readonly #work = new Subscription();
  readonly #runs = new Subject<Observable<never>>();
  readonly #stopped = new Subject<never>();
  readonly #leavePipe: () => void;
  #isReady = false;
  #isLeaving = false;
  #hasDrained = false;

  /** @param source what makes a worker at each subscription */
  constructor(
    settings: ConsumerSettings,
    diagnostics: Diagnostics,
    destination: Subscriber<KinesisRecord>,
    source: object,
  ) {
    this.#settings = settings;
    this.streamName = settings.target.streamName;
    this.diagnostics = diagnostics;
    this.destination = destination;
    this.clock = new DeliveryClock(settings.scheduler);
    this.settleMeter = new SettleMeter(this.streamName, diagnostics, this.clock);
    this.inFlight = new InFlight(settings.settlesOnDelivery ? UNBOUNDED : settings.maxInFlight);
    this.slots = new CallSlots(settings.maxConcurrentCalls);
    this.#pace = new CheckpointPace(settings.rhythm, settings.scheduler);
    this.calls = new WorkerCalls(settings, diagnostics);
    this.directory = new ShardDirectory(settings, this.calls, diagnostics);
    this.#leases = new Leases(settings, this, this.calls, this.directory);
    this.#leavePipe = introduce(this, source, destination);
  }

  get keepsProgress(): boolean {
    return !this.#settings.settlesOnDelivery;
  }

  /** Emits the shards owned once all of them have their iterator, and completes. */
  get ready(): Observable<readonly string[]> {
    return this.#ready;
  }

  /** Completes once the leases are released and nothing more is written. */
  get stopped(): Observable<never> {
    return this.#stopped;
  }

  get status(): WorkerStatus {
    const shards = this.#leases.status((shardId) => this.#consumers.get(shardId)?.status);
    const inFlightRecords = shards.reduce((sum, shard) => sum + shard.inFlightRecords, 0);
    return { workerId: this.#settings.workerId, inFlightRecords, shards };
  }

  start(): void {
    const { scheduler, stallTimeoutMs } = this.#settings;
    const watch = new StallWatch(this.streamName, stallTimeoutMs);
    const stalls =
      stallTimeoutMs === Infinity
        ? EMPTY
        : interval(stallTimeoutMs / StallWatch.LOOKS, scheduler).pipe(
            tap(() => {
              watch.look([...this.#consumers.values()], this.#pace.settlesInOrder);
            }),
          );
    const fail = {
      error: (error: unknown) => {
        this.fail(error);
      },
    };
    this.#work.add(merge(this.#runs.pipe(mergeAll()), this.#checkpoints(), stalls, this.#samples()).subscribe(fail));
    this.#work.add(this.#leases.start().subscribe(fail));
  }

  /** Errors the destination. */
  fail(error: unknown): void {
    if (this.diagnostics.isHeard) {
      const { shardId, awsName: errorType } = error instanceof KinesisServiceError ? error : {};
      this.diagnostics.emit({ type: 'failed', streamName: this.streamName, shardId, error, errorType });
    }
    this.#ready.error(error);
    this.#leavePipe();
    this.destination.error(error);
  }

  /** Stops, waits for what is in flight, writes the last checkpoints, releases the leases, and completes the destination. */
  drain(): Observable<never> {
    const { drainTimeoutMs } = this.#settings;
    return concat(
      this.#leave(drainTimeoutMs),
      defer(() => {
        this.#work.unsubscribe();
        this.#hasDrained = true;
        this.#leavePipe();
        this.destination.complete();
        return EMPTY;
      }),
    );
  }

  /** Stops at once; checkpoints and releases follow in the background, and `done` when they are through. */
  abort(done: () => void): void {
    this.#work.unsubscribe();
    this.#leavePipe();
    const finish = () => {
      this.#stopped.complete();
      done();
    };
    if (this.#hasDrained) finish();
    else this.#leave(0).subscribe({ complete: finish, error: finish });
  }

  flush(): Observable<never> {
    return defer(() => {
      this.#pace.begin();
      const failures = [...this.#lost.values()];
      this.#lost.clear();
      const { streamName } = this;
      const write = (consumer: ShardConsumer) =>
        consumer.flush().pipe(
          catchError((error: unknown) => {
            failures.push({ streamName, shardId: consumer.shardId, error: asStreamError(error) });
            return EMPTY;
          }),
        );
      const verdict = defer(() => {
        if (failures.length > 0) throw new CheckpointFlushError(failures);
        return EMPTY;
      });
      return concat(from([...this.#consumers.values()]).pipe(mergeMap(write, STORE_WRITES_AT_A_TIME)), verdict);
    });
  }

  paceCheckpoints(rhythm: CheckpointRhythm | undefined, settlesInOrder: boolean): () => void {
    return this.#pace.want(rhythm, settlesInOrder);
  }

  /** Called when the watermark of a shard moves. */
  countSettled(records: number): void {
    this.#pace.countSettled(records);
  }

  isHeldHere(shardId: string): boolean {
    return this.#consumers.has(shardId);
  }

  /** Runs a shard from now on, or gives it up at once if the worker is stopping. */
  consume(consumer: ShardConsumer, came: LeaseEvent): void {
    const { shardId } = consumer;
    this.#consumers.set(shardId, consumer);
    this.#reportLease(shardId, came);
    consumer.ended.subscribe((went) => {
      this.#consumers.delete(shardId);
      this.#abandoned.add(consumer);
      const { streamName } = this;
      const error = consumer.lostProgress;
      if (error) this.#lost.set(shardId, { streamName, shardId, error });
      this.#runs.next(consumer.abandon().pipe(finalize(() => this.#abandoned.delete(consumer))));
      this.#reportLease(shardId, went);
      if (this.diagnostics.isHeard) {
        const reason = consumer.hasEnded ? 'shardEnded' : this.#isLeaving ? 'workerStopped' : 'leaseGone';
        this.diagnostics.emit({ type: 'shardStopped', streamName: this.streamName, shardId, reason });
      }
      this.#leases.scanSoon();
    });
    if (!this.#isLeaving) this.#runs.next(consumer.run());
  }

  #reportLease(shardId: string, event: LeaseEvent): void {
    if (!this.diagnostics.isHeard) return;
    const ownedLeases = this.#consumers.size;
    this.diagnostics.emit({ type: 'lease', streamName: this.streamName, shardId, event, ownedLeases });
  }

  checkReady(): void {
    if (this.#isReady || !this.#leases.hasScanned) return;
    const consumers = [...this.#consumers.values()];
    if (!consumers.every(({ isReady }) => isReady)) return;
    this.#isReady = true;
    const shardIds = consumers.map(({ shardId }) => shardId).sort();
    if (this.diagnostics.isHeard) this.diagnostics.emit({ type: 'ready', streamName: this.streamName, shardIds });
    this.#ready.next(shardIds);
    this.#ready.complete();
  }

  /** What fails has been reported, and is tried again at the next flush. */
  #checkpoints(): Observable<never> {
    return this.#pace.due.pipe(
      coalesceMap(() => this.flush().pipe(catchError(ifIncurable))),
      ignoreElements(),
    );
  }

  /** Takes a sample every second while somebody listens. */
  #samples(): Observable<never> {
    const { scheduler } = this.#settings;
    return this.diagnostics.heard.pipe(
      switchMap((isHeard) => (isHeard ? timer(SAMPLE_MS, scheduler).pipe(repeat()) : EMPTY)),
      tap(() => {
        this.#sample();
      }),
      ignoreElements(),
    );
  }

  #sample(): void {
    this.settleMeter.flush();
    const shards = [...this.#consumers.values()].map((consumer) => consumer.sample());
    const windows = [...this.#consumers.values(), ...this.#abandoned].map(({ window }) => window);
    const inFlightRecords = windows.reduce((sum, window) => sum + window.inFlightRecords, 0);
    this.diagnostics.emit({ type: 'sampled', streamName: this.streamName, inFlightRecords, shards });
  }

  /** All shards leave, each as well as it can; what failed is in the `stopped` diagnostic. */
  #leave(drainMs: number): Observable<never> {
    const { streamName, diagnostics } = this;
    return defer(() => {
      this.#isLeaving = true;
      // Shard by shard the sources of samples go: this is the last whole one.
      if (diagnostics.isHeard) this.#sample();
      for (const consumer of this.#consumers.values()) consumer.stopReading();
      const failures: FailedShard[] = [];
      const leaving = defer(() =>
        from([...this.#consumers.values()]).pipe(
          mergeMap((consumer) =>
            consumer.leave(drainMs).pipe(
              catchError((error: unknown) => {
                failures.push({ streamName, shardId: consumer.shardId, error: asStreamError(error) });
                return EMPTY;
              }),
            ),
          ),
        ),
      );
      const { scheduler } = this.#settings;
      const overdue = timer(drainMs, scheduler).pipe(
        tap(() => {
          const { inFlightRecords } = this.status;
          if (drainMs > 0 && inFlightRecords > 0 && diagnostics.isHeard) {
            diagnostics.emit({ type: 'drainTimedOut', streamName, unsettledRecords: inFlightRecords });
          }
        }),
        ignoreElements(),
      );
      const done = new Subject<void>();
      return concat(
        merge(
          overdue.pipe(takeUntil(done)),
          // What comes late of a take that was under way leaves after the rest.
          concat(merge(this.#leases.stop(), leaving), leaving).pipe(
            tap({
              complete: () => {
                done.next();
              },
            }),
          ),
        ),
        defer(() => {
          this.settleMeter.stop();
          if (diagnostics.isHeard) diagnostics.emit({ type: 'stopped', streamName, error: leavingFailed(failures) });
          return EMPTY;
        }),
      );
    });
  }
}
