import {
  AsyncSubject,
  BehaviorSubject,
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  NEVER,
  Observable,
  type ObservableInput,
  ReplaySubject,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { CheckpointStore } from '../checkpoint/CheckpointStore.ts';
import { isProgress } from '../checkpoint/isProgress.ts';
import type { Checkpoint, Lease } from '../checkpoint/Lease.ts';
import type { LeaseEvent } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import { LeaseLostError } from '../errors/LeaseLostError.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { StoreMetrics } from '../metrics/StoreMetrics.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { retryWeather } from './retryWeather.ts';
import { storeCall } from './storeCall.ts';

/** How a lease went. */
export type LeaseEnd = Extract<LeaseEvent, 'lost' | 'expired' | 'released' | 'handed_over'>;

/** The part of a lease's duration after which a worker that could not renew stops, before another may start. */
const FENCE = 0.9;
const RENEWALS_PER_LEASE = 3;

/**
 * A lease that this worker has taken: its writes, one after the other but for renewals, and the proof that it is still held.
 *
 * Every write that succeeds proves the lease for its duration, counted from when the write was asked for. When nine tenths of that are over
 * without a new proof the lease counts as expired here, before any other worker's clock can say so.
 */
export class HeldLease {
  readonly #store: CheckpointStore;
  readonly #settings: ConsumerSettings;
  readonly #diagnostics: Diagnostics | undefined;
  readonly #writes = new Subject<Observable<unknown>>();
  readonly #ended = new AsyncSubject<LeaseEnd>();
  readonly #requested = new ReplaySubject<string>(1);
  readonly #leaving = new Subject<void>();
  readonly #provenAt: BehaviorSubject<number>;
  #checkpointedMs: number;
  #lease: Lease;
  #end: LeaseEnd | undefined;
  /** A renewal that finds the lease free has met the release. */
  #isReleasing = false;

  /**
   * @param provenAtMs when the take that succeeded was asked for
   * @param diagnostics those of the source whose lease it is
   */
  constructor(lease: Lease, provenAtMs: number, settings: ConsumerSettings, diagnostics?: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.#lease = lease;
    this.#store = settings.checkpoints;
    this.#settings = settings;
    this.#provenAt = new BehaviorSubject(provenAtMs);
    this.#checkpointedMs = provenAtMs;
    this.#writes.pipe(concatMap((write) => write)).subscribe();
  }

  get lease(): Lease {
    return this.#lease;
  }

  /** Emits how the lease ended, once, and completes. */
  get ended(): Observable<LeaseEnd> {
    return this.#ended;
  }

  /** Emits the worker that asked for the lease. */
  get requested(): Observable<string> {
    return this.#requested.pipe(take(1));
  }

  /** Until when the lease is surely held, in milliseconds; the past once it has ended. */
  get validUntilMs(): number {
    if (this.#isOver) return -Infinity;
    return this.#isPrivate ? Infinity : this.#provenAt.value + this.#settings.leaseDurationMs * FENCE;
  }

  /** Nobody else sees the store, so nobody can take the lease. */
  get #isPrivate(): boolean {
    return this.#settings.settlesOnDelivery;
  }

  /** Renews for as long as it is subscribed, the lease is held and not being left, and completes when it has ended. */
  keepAlive(onRetry: (error: KinesisStreamError, attempt: number, delayMs: number) => void): Observable<never> {
    return defer(() => {
      const { scheduler, leaseDurationMs, backoff, random } = this.#settings;
      const everyMs = leaseDurationMs / RENEWALS_PER_LEASE;
      // The take may have taken its time.
      const firstMs = Math.max(0, this.#provenAt.value + everyMs - scheduler.now());
      const renewals = timer(firstMs, everyMs, scheduler).pipe(
        switchMap(() => this.#renewal().pipe(retryWeather({ backoff, scheduler, random, onRetry }))),
        takeUntil(this.#leaving),
      );
      return merge(renewals, this.expiry).pipe(ignoreElements(), takeUntil(this.#ended));
    });
  }

  /** Holds the lease no more, and emits, when it has not been proved for too long. */
  get expiry(): Observable<unknown> {
    const { scheduler, leaseDurationMs } = this.#settings;
    if (this.#isPrivate) return NEVER;
    return this.#provenAt.pipe(
      switchMap((at) => timer(Math.max(0, at + leaseDurationMs * FENCE - scheduler.now()), scheduler)),
      tap(() => {
        this.#endAs('expired');
      }),
    );
  }

  /** Writes progress, unless the store's is as far. Errors with {@link LeaseLostError} when the lease is not held any more. */
  checkpoint(checkpoint: () => Checkpoint | undefined, childShardIds?: readonly string[]): Observable<Checkpoint> {
    return this.#write('writing the checkpoint', (lease) => {
      const next = checkpoint();
      return next !== undefined && isProgress(lease.checkpoint, next)
        ? StoreMetrics.writing(this.#diagnostics, () => this.#store.checkpoint(lease, next, childShardIds))
        : EMPTY;
    }).pipe(
      map((lease) => {
        this.#checkpointedMs = this.#settings.scheduler.now();
        return lease.checkpoint;
      }),
    );
  }

  /** When a checkpoint was written last, or else the lease was taken. */
  get checkpointedMs(): number {
    return this.#checkpointedMs;
  }

  /** Makes the lease free. Completes without a call when it was lost before. */
  release(): Observable<never> {
    return defer(() =>
      this.#isOver
        ? EMPTY
        : this.#write('releasing the lease', (lease) => {
            this.#isReleasing = true;
            return from(this.#store.release(lease)).pipe(
              tap((freed) => {
                if (freed) this.#end ??= freed.nextOwner === undefined ? 'released' : 'handed_over';
              }),
            );
          }).pipe(ignoreElements()),
    );
  }

  /** Renews no more: what is left to be written has until the lease runs out. */
  renewNoMore(): void {
    this.#leaving.next();
  }

  /** Holds the lease no more, as it could not be proved in time or released: it is left to run out. */
  expire(): void {
    this.#endAs('expired');
  }

  /** It was given up in good order, and not lost. */
  get isReleased(): boolean {
    return this.#end === 'released' || this.#end === 'handed_over';
  }

  /** Another worker has it, or may have. */
  get isLost(): boolean {
    return this.#end === 'lost' || this.#end === 'expired';
  }

  get #isOver(): boolean {
    return this.#end !== undefined;
  }

  #endAs(end: LeaseEnd): void {
    if (this.#isOver) return;
    this.#end = end;
    this.#announceEnd();
  }

  #announceEnd(): void {
    if (this.#end === undefined) return;
    this.#ended.next(this.#end);
    this.#ended.complete();
    this.#writes.complete();
  }

  /** The lease could not be given back in good order. */
  notReleased(): KinesisStreamError {
    if (this.#end === 'lost') return this.lost('leaving');
    const { streamName, shardId } = this.#lease;
    return new CheckpointStoreError(
      `The lease of shard ${shardId} of stream ${streamName} was not released: the store did not do it while the lease was held. ` +
        'It runs out by itself, and then another worker may take it; what was not checkpointed is delivered again, there. ' +
        'Check the checkpoint store.',
      { streamName, shardId, retryable: true },
    );
  }

  /** What came too late for the lease. */
  lost(doing: string): LeaseLostError {
    const { streamName, shardId } = this.#lease;
    return new LeaseLostError(
      `${doing} of shard ${shardId} of stream ${streamName} came too late: another worker has the lease, or may have, or somebody put it elsewhere. ` +
        'What was not checkpointed is delivered again, there.',
      { streamName, shardId },
    );
  }

  /** Renews beside whatever is being written: the store changes nothing but the counter. */
  #renewal(): Observable<Lease> {
    const call = (lease: Lease) =>
      from(this.#store.renew(lease)).pipe(filter((renewed) => renewed !== undefined || !this.#isReleasing));
    return this.#call('renewing the lease', call, this.#ended);
  }

  /** Queues a write behind those under way. Its outcome is multicast to whoever asked, and it is carried out even if they leave. */
  #write(doing: string, call: (lease: Lease) => ObservableInput<Lease | undefined>): Observable<Lease> {
    return defer(() => {
      if (this.#isOver) return throwError(() => this.lost(doing));
      const outcome = new ReplaySubject<Lease>(1);
      this.#writes.next(settled(this.#call(doing, call, NEVER), outcome));
      return outcome;
    });
  }

  /**
   * Makes a call, and errors when it is not answered in time for the next renewal. What it answers is proof that the lease was held when it
   * was asked for, and counts as long as it comes before the lease would have expired by itself, though nobody waits for it any more.
   */
  #call(
    doing: string,
    call: (lease: Lease) => ObservableInput<Lease | undefined>,
    cut: Observable<unknown>,
  ): Observable<Lease> {
    const { scheduler, leaseDurationMs } = this.#settings;
    const { streamName, shardId } = this.#lease;
    const site = { doing, streamName, shardId, scheduler };
    const announced = defer(() => {
      this.#announceEnd();
      return EMPTY;
    });
    const lost = () => this.lost(doing);
    const made = (): Observable<Lease> => {
      if (this.#isOver) return throwError(lost);
      const askedAt = scheduler.now();
      const outcome = new ReplaySubject<Lease>(1);
      const answer = storeCall(() => call(this.#lease), { ...site, timeoutMs: leaseDurationMs * FENCE }).pipe(
        map((written) => {
          if (written) return written;
          // Whoever asked for the write hears of it first.
          this.#end ??= 'lost';
          throw lost();
        }),
        tap((written) => {
          this.#learn(written, askedAt);
        }),
      );
      concat(settled(answer, outcome), announced).pipe(takeUntil(cut)).subscribe();
      return outcome;
    };
    return storeCall(made, { ...site, timeoutMs: leaseDurationMs / RENEWALS_PER_LEASE });
  }

  /** Answers may overtake each other. */
  #learn(written: Lease, askedAt: number): void {
    if (written.counter >= this.#lease.counter) this.#lease = written;
    this.#provenAt.next(Math.max(askedAt, this.#provenAt.value));
    if (written.nextOwner !== undefined) this.#requested.next(written.nextOwner);
  }
}

/** Runs `source` into `outcome`, and completes however it ends, so that the queue goes on. */
function settled<T>(source: Observable<T>, outcome: Subject<T>): Observable<never> {
  return new Observable((subscriber) =>
    source.subscribe({
      next: (value) => {
        outcome.next(value);
      },
      error: (error: unknown) => {
        outcome.error(error);
        subscriber.complete();
      },
      complete: () => {
        outcome.complete();
        subscriber.complete();
      },
    }),
  );
}
