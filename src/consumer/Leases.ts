import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  from,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  startWith,
  Subject,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { Lease } from '../checkpoint/Lease.ts';
import type { LeaseEvent } from '../diagnostics/ConsumerDiagnostic.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { coalesceMap } from '../internal/coalesceMap.ts';
import { HeldLease } from './HeldLease.ts';
import { LeaseObservations } from './LeaseObservations.ts';
import { leasePlan } from './leasePlan.ts';
import { listTopology } from './listTopology.ts';
import { newLeases } from './newLeases.ts';
import { retryWeather } from './retryWeather.ts';
import { ShardConsumer } from './ShardConsumer.ts';
import type { ShardStatus } from './ShardStatus.ts';
import { storeCall } from './storeCall.ts';
import {
  EMPTY_TOPOLOGY,
  knowsParentsOf,
  reshardsBetween,
  withChildren,
  type ShardInfo,
  type Topology,
} from './topology.ts';
import type { Worker } from './Worker.ts';

/** Lease writes under way at a time while many leases are taken. */
const TAKES_AT_A_TIME = 16;

/**
 * Which shards there are, and which of them this worker should have: lists the stream, creates the leases that are missing, and
 * takes its share of those that are free.
 */
export class Leases {
  readonly #settings: ConsumerSettings;
  readonly #worker: Worker;
  readonly #observations: LeaseObservations;
  readonly #soon = new Subject<void>();
  readonly #stopped = new Subject<void>();
  readonly #idle = new Subject<void>();
  #topology: Topology = EMPTY_TOPOLOGY;
  #learned: ShardInfo[] = [];
  #unlisted: ReadonlySet<string> = new Set();
  #snapshot: readonly Lease[] = [];
  #isStopped = false;
  #takes = 0;
  hasScanned = false;

  constructor(settings: ConsumerSettings, worker: Worker) {
    this.#settings = settings;
    this.#worker = worker;
    this.#observations = new LeaseObservations(settings.leaseDurationMs);
  }

  /** Lists and scans until {@link stop}; errors when either cannot be cured. */
  start(): Observable<never> {
    const { shardSyncIntervalMs, leaseScanIntervalMs, scheduler, checkpoints, target } = this.#settings;
    const syncs = interval(shardSyncIntervalMs, scheduler).pipe(exhaustMap(() => this.#sync()));
    const changes = checkpoints.changes ? from(checkpoints.changes(target.streamName)) : EMPTY;
    const scans = merge(this.#soon, changes, interval(leaseScanIntervalMs, scheduler)).pipe(
      startWith(0),
      coalesceMap(() => this.#scan()),
    );
    return concat(this.#sync(), merge(syncs, scans)).pipe(ignoreElements(), takeUntil(this.#stopped));
  }

  /** Takes nothing more; completes when a take that is under way has its outcome. */
  stop(): Observable<never> {
    return defer(() => {
      this.#isStopped = true;
      this.#stopped.next();
      return this.#takes === 0 ? EMPTY : this.#idle.pipe(take(1), ignoreElements());
    });
  }

  /** Looks at the leases now rather than at the next interval. */
  scanSoon(): void {
    this.#soon.next();
  }

  /** The shards known, with what `ofConsumer` adds for those that are read here. */
  status(ofConsumer: (shardId: string) => ShardConsumer['status'] | undefined): readonly ShardStatus[] {
    const leases = new Map(this.#snapshot.map((lease) => [lease.shardId, lease]));
    return [...this.#topology.values()]
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

  /** Creates the leases of an ended shard's children. One whose other parent is unknown, or none at all, wants a listing first. */
  createChildren(children: readonly ShardInfo[]): Observable<never> {
    return defer(() => {
      if (children.length === 0 || !knowsParentsOf(this.#topology, children)) return this.#sync();
      this.#learned.push(...children);
      this.#learn(withChildren(this.#topology, children));
      return this.#createMissing();
    });
  }

  /** Lists the stream and creates the leases that are missing. */
  #sync(): Observable<never> {
    const { client, target } = this.#settings;
    return concat(
      defer(() => {
        this.#learned = [];
        return listTopology(client, target);
      }).pipe(
        this.#weather(),
        tap((listed) => {
          this.#learn(withChildren(listed, this.#learned));
        }),
        ignoreElements(),
      ),
      this.#createMissing(),
      defer(() => {
        this.#soon.next();
        return EMPTY;
      }),
    );
  }

  #learn(topology: Topology): void {
    const { diagnostics, streamName } = this.#worker;
    const previous = this.#topology;
    this.#topology = topology;
    if (!diagnostics.isHeard) return;
    if (previous.size > 0) {
      for (const reshard of reshardsBetween(previous, topology)) {
        diagnostics.emit({ type: 'resharded', streamName, ...reshard });
      }
    }
    const openShards = [...topology.values()].filter(({ isOpen }) => isOpen).length;
    diagnostics.emit({ type: 'shardsListed', streamName, openShards, closedShards: topology.size - openShards });
  }

  #createMissing(): Observable<never> {
    const { checkpoints, startAt } = this.#settings;
    return this.#leases().pipe(
      map((leases) => newLeases(this.#topology, leases, startAt)),
      concatMap((missing) =>
        missing.length === 0
          ? EMPTY
          : this.#call('creating leases', undefined, () => checkpoints.create(this.#worker.streamName, missing)).pipe(
              this.#weather(),
            ),
      ),
      ignoreElements(),
    );
  }

  #leases(): Observable<readonly Lease[]> {
    const { streamName } = this.#worker;
    return this.#call('reading the leases', undefined, () => this.#settings.checkpoints.leases(streamName)).pipe(
      this.#weather(),
    );
  }

  #scan(): Observable<never> {
    const { checkpoints, scheduler, workerId, maxShards, random } = this.#settings;
    return this.#leases().pipe(
      concatMap((leases) => {
        const nowMs = scheduler.now();
        this.#observations.observe(leases, nowMs);
        this.#snapshot = leases;
        const plan = leasePlan({
          workerId,
          topology: this.#topology,
          leases,
          isHeldHere: (shardId) => this.#worker.isHeldHere(shardId),
          hasExpired: (lease) => this.#observations.hasExpired(lease, nowMs),
          maxShards,
          random,
        });
        const { request } = plan;
        const gone = plan.remove.filter(({ shardId }) => this.#unlisted.has(shardId));
        return concat(
          from(plan.take).pipe(mergeMap(({ lease, event }) => this.#take(lease, event), TAKES_AT_A_TIME)),
          request
            ? this.#try('asking for the lease', request, () => checkpoints.requestHandOver(request, workerId))
            : EMPTY,
          from(gone).pipe(
            concatMap((lease) => this.#try('removing the lease', lease, () => checkpoints.remove(lease))),
          ),
          this.#syncIfUnlisted(leases),
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

  /** A lease of a shard that is not listed here: another worker learned of it, or it is gone. Which of them, one listing tells. */
  #syncIfUnlisted(leases: readonly Lease[]): Observable<never> {
    const unlisted = leases.map(({ shardId }) => shardId).filter((shardId) => !this.#topology.has(shardId));
    const isNew = unlisted.some((shardId) => !this.#unlisted.has(shardId));
    this.#unlisted = new Set(unlisted);
    return isNew ? this.#sync() : EMPTY;
  }

  #take(lease: Lease, event: LeaseEvent): Observable<never> {
    const { checkpoints, scheduler, workerId } = this.#settings;
    const { diagnostics, streamName } = this.#worker;
    return defer(() => {
      if (this.#isStopped) return EMPTY;
      const askedAt = scheduler.now();
      const outcome = new Subject<never>();
      this.#takes += 1;
      const taking = this.#try('taking the lease', lease, () =>
        checkpoints.take(lease, { workerId, token: crypto.randomUUID() }),
      );
      // Not cancelled with the scan: a lease that was taken must be held or released.
      taking
        .pipe(
          tap((taken) => {
            if (!taken) return;
            if (diagnostics.isHeard) diagnostics.emit({ type: 'lease', streamName, shardId: lease.shardId, event });
            const held = new HeldLease(taken, askedAt, this.#settings);
            this.#worker.consume(new ShardConsumer(held, this.#settings, this.#worker));
          }),
          ignoreElements(),
        )
        .subscribe({
          error: (error: unknown) => {
            this.#takeEnded();
            outcome.error(error);
          },
          complete: () => {
            this.#takeEnded();
            outcome.complete();
          },
        });
      return outcome;
    });
  }

  #takeEnded(): void {
    this.#takes -= 1;
    if (this.#takes === 0) this.#idle.next();
  }

  /** A write that the next scan repeats if it fails and is still wanted. */
  #try<T>(doing: string, lease: Lease, call: () => ObservableInput<T>): Observable<T> {
    return this.#call(doing, lease.shardId, call).pipe(
      catchError((error: unknown) => {
        if (!(error instanceof KinesisStreamError) || !error.retryable) throw error;
        this.#worker.reportStoreFailure(lease.shardId, error, 1, this.#settings.leaseScanIntervalMs);
        return EMPTY;
      }),
    );
  }

  #call<T>(doing: string, shardId: string | undefined, call: () => ObservableInput<T>): Observable<T> {
    const { scheduler, leaseDurationMs } = this.#settings;
    const { streamName } = this.#worker;
    return storeCall(call, { doing, streamName, shardId, timeoutMs: leaseDurationMs, scheduler });
  }

  #weather<T>() {
    const { backoff, scheduler, random } = this.#settings;
    return retryWeather<T>({
      backoff,
      scheduler,
      random,
      onRetry: (error, attempt, delayMs) => {
        const { diagnostics, streamName } = this.#worker;
        if (!(error instanceof KinesisServiceError)) {
          this.#worker.reportStoreFailure(undefined, error, attempt, delayMs);
        } else if (diagnostics.isHeard) {
          const errorType = error.awsName;
          diagnostics.emit({ type: 'readFailed', streamName, shardId: undefined, error, errorType, attempt, delayMs });
        }
      },
    });
  }
}

const UNREAD = {
  millisBehindLatest: undefined,
  inFlightRecords: 0,
  lastSettled: undefined,
  pausedFor: undefined,
} as const;
