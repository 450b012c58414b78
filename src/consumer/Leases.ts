import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  interval,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  startWith,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { Lease } from '../checkpoint/Lease.ts';
import type { LeaseEvent } from '../diagnostics/ConsumerDiagnostic.ts';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { coalesceMap } from '../internal/coalesceMap.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { HeldLease } from './HeldLease.ts';
import { LeaseObservations } from './LeaseObservations.ts';
import { leasePlan } from './leasePlan.ts';
import { ShardConsumer } from './ShardConsumer.ts';
import type { ShardDirectory } from './ShardDirectory.ts';
import type { ShardStatus } from './ShardStatus.ts';
import type { Worker } from './Worker.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Lease writes under way at a time while many leases are taken. */
const TAKES_AT_A_TIME = 16;
/** A scan waits for one write for that part of a lease's duration. */
const PATIENCE = 1 / 3;

/** Which shards this worker should have: looks at the leases, and takes its share of those that are free. */
export class Leases {
  readonly #settings: ConsumerSettings;
  readonly #worker: Worker;
  readonly #calls: WorkerCalls;
  readonly #directory: ShardDirectory;
  readonly #observations: LeaseObservations;
  readonly #soon = new Subject<void>();
  /** In how many milliseconds a lease that nobody renews will have expired. */
  readonly #expiries = new Subject<number>();
  readonly #stopped = new Subject<void>();
  readonly #idle = new Subject<void>();
  readonly #failed = new Subject<never>();
  /** Shards whose leases are being taken: what came of it is not known yet, however long it takes. */
  readonly #taking = new Set<string>();
  /** Begins every token of this subscription, and of no other. */
  readonly #tokenPrefix = `${crypto.randomUUID()}:`;
  #lastToken = 0;
  #snapshot: readonly Lease[] = [];
  #isStopped = false;
  hasScanned = false;

  constructor(settings: ConsumerSettings, worker: Worker, calls: WorkerCalls, directory: ShardDirectory) {
    this.#settings = settings;
    this.#worker = worker;
    this.#calls = calls;
    this.#directory = directory;
    this.#observations = new LeaseObservations(settings.leaseDurationMs);
  }

  /** Lists the stream, and then lists and scans until {@link stop}; errors when either cannot be cured. */
  start(): Observable<never> {
    const { leaseScanIntervalMs, scheduler } = this.#settings;
    const expired = this.#expiries.pipe(switchMap((ms) => timer(ms, scheduler)));
    const regular = interval(leaseScanIntervalMs, scheduler);
    const looks = merge(this.#soon, this.#directory.updates, this.#changes(), expired, regular);
    const scans = looks.pipe(
      startWith(0),
      coalesceMap(() => this.#scan()),
    );
    return concat(this.#directory.sync(), merge(this.#directory.keepUp(), scans, this.#failed)).pipe(
      ignoreElements(),
      takeUntil(this.#stopped),
    );
  }

  /** Takes nothing more; completes when a take that is under way has its outcome. */
  stop(): Observable<never> {
    return defer(() => {
      this.#isStopped = true;
      this.#stopped.next();
      return this.#taking.size === 0 ? EMPTY : this.#idle.pipe(take(1), ignoreElements());
    });
  }

  /** Looks at the leases now rather than at the next interval. */
  scanSoon(): void {
    this.#soon.next();
  }

  /** The shards known, with what `ofConsumer` adds for those that are read here. */
  status(ofConsumer: (shardId: string) => ShardConsumer['status'] | undefined): readonly ShardStatus[] {
    const leases = new Map(this.#snapshot.map((lease) => [lease.shardId, lease]));
    return [...this.#directory.topology.values()]
      .toSorted((a, b) => (a.shardId < b.shardId ? -1 : 1))
      .map(({ shardId, parentShardIds, isOpen }) => {
        const consumer = ofConsumer(shardId);
        const lease = leases.get(shardId);
        return {
          shardId,
          parentShardIds,
          isOpen,
          isOwned: consumer !== undefined,
          owner: consumer ? this.#settings.workerId : lease?.owner,
          ...(consumer ?? { ...UNREAD, lastCheckpointed: lease?.checkpoint }),
        };
      });
  }

  /** What the store tells of leases that came free; without it, scans find them a little later. */
  #changes(): Observable<unknown> {
    const { checkpoints, target, leaseScanIntervalMs } = this.#settings;
    return defer(() => checkpoints.changes?.(target.streamName) ?? EMPTY).pipe(
      catchError((error: unknown) => {
        this.#calls.report(undefined, watchingFailed(error, target.streamName), 1, leaseScanIntervalMs);
        return EMPTY;
      }),
    );
  }

  #scan(): Observable<never> {
    const { checkpoints, scheduler, workerId, maxShards, random } = this.#settings;
    return this.#calls.leases().pipe(
      concatMap((leases) => {
        const nowMs = scheduler.now();
        this.#observations.observe(leases, nowMs);
        this.#snapshot = leases;
        const plan = leasePlan({
          workerId,
          topology: this.#directory.topology,
          leases,
          isHeldHere: (shardId) => this.#worker.isHeldHere(shardId) || this.#taking.has(shardId),
          isOurs: ({ token }) => token?.startsWith(this.#tokenPrefix) === true,
          hasExpired: (lease) => this.#observations.hasExpired(lease, nowMs),
          isAlive: (owner) => this.#observations.isAlive(owner, nowMs),
          maxShards,
          random,
        });
        this.#watchExpiry(leases, nowMs);
        const gone = plan.remove.filter(({ shardId }) => this.#directory.isGone(shardId));
        this.#directory.compareWith(leases);
        const asking = (lease: Lease) =>
          this.#try(
            'asking for the lease',
            lease,
            () => checkpoints.requestHandOver(lease, workerId),
            this.#patienceMs,
          );
        const removing = (lease: Lease) =>
          this.#try('removing the lease', lease, () => checkpoints.remove(lease), this.#patienceMs);
        return concat(
          from(plan.take).pipe(mergeMap(({ lease, event }) => this.#take(lease, event), TAKES_AT_A_TIME)),
          from(plan.request).pipe(mergeMap(asking, TAKES_AT_A_TIME)),
          from(gone).pipe(concatMap(removing)),
        );
      }),
      tap({
        complete: () => {
          this.hasScanned = true;
          this.#worker.checkReady();
        },
      }),
      ignoreElements(),
    );
  }

  /** A lease whose owner is gone is taken when it expires, not at the scan after. */
  #watchExpiry(leases: readonly Lease[], nowMs: number): void {
    const others = leases.filter(({ shardId }) => !this.#worker.isHeldHere(shardId));
    const inMs = this.#observations.nextExpiryMs(others) - nowMs;
    if (inMs > 0 && inMs < this.#settings.leaseScanIntervalMs) this.#expiries.next(inMs);
  }

  get #patienceMs(): number {
    return this.#settings.leaseDurationMs * PATIENCE;
  }

  /** Completes when the lease is taken or not, or after a while; the take goes on. */
  #take(lease: Lease, event: LeaseEvent): Observable<never> {
    const { checkpoints, scheduler, workerId } = this.#settings;
    return defer(() => {
      if (this.#isStopped) return EMPTY;
      const askedAt = scheduler.now();
      const token = `${this.#tokenPrefix}${(this.#lastToken += 1)}`;
      const done = new Subject<never>();
      const ended = () => {
        this.#taking.delete(lease.shardId);
        if (this.#taking.size === 0) this.#idle.next();
        done.complete();
      };
      this.#taking.add(lease.shardId);
      // Not cancelled with the scan: a lease that was taken must be held or released.
      this.#try('taking the lease', lease, () => checkpoints.take(lease, { workerId, token })).subscribe({
        next: (taken) => {
          if (!taken) return;
          const held = new HeldLease(taken, askedAt, this.#settings, this.#worker.diagnostics);
          const readUntilMs = this.#observations.readUntilMs(lease);
          this.#worker.consume(new ShardConsumer(held, this.#settings, this.#worker, readUntilMs), event);
        },
        error: (error: unknown) => {
          ended();
          this.#failed.error(error);
        },
        complete: ended,
      });
      return done.pipe(takeUntil(timer(this.#patienceMs, scheduler)));
    });
  }

  /** A write that the next scan repeats if it fails and is still wanted. */
  #try<T>(doing: string, lease: Lease, call: () => ObservableInput<T>, timeoutMs?: number): Observable<T> {
    return this.#calls.store(doing, lease.shardId, call, timeoutMs).pipe(
      catchError((error: unknown) => {
        if (!(error instanceof KinesisStreamError) || !error.retryable) throw error;
        this.#calls.report(lease.shardId, error, 1, this.#settings.leaseScanIntervalMs);
        return EMPTY;
      }),
    );
  }
}

const UNREAD = {
  millisBehindLatest: undefined,
  inFlightRecords: 0,
  lastSettled: undefined,
  pausedFor: undefined,
} as const;

function watchingFailed(error: unknown, streamName: string): CheckpointStoreError {
  const said = error instanceof Error ? error.message : String(error);
  return new CheckpointStoreError(
    `Watching the leases failed on stream ${streamName}: ${said}. They are still scanned.`,
    {
      cause: error,
      streamName,
      retryable: true,
    },
  );
}
