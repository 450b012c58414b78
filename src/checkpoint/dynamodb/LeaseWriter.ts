import { concatMap, defer, from, map, mergeMap, type Observable, of, throwError } from 'rxjs';
import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import { generationsOf } from '../../internal/generationsOf.ts';
import { isProgress } from '../isProgress.ts';
import { isSameCheckpoint } from '../isSameCheckpoint.ts';
import type { Checkpoint, Lease, NewLease, Taker } from '../Lease.ts';
import type { DynamoDbSettings } from './checkDynamoDbCheckpointsOptions.ts';
import { LeaseKeys } from './LeaseKeys.ts';
import type { LeaseRow } from './LeaseRow.ts';
import type { LeaseRows, RowUpdate } from './LeaseRows.ts';
import { advancing, asking, freeing, handingOver, puttingBack, renewing, taking } from './leaseUpdates.ts';
import { newRow } from './newRow.ts';
import { readLease } from './readLease.ts';

/** Rows that are created at a time. */
const CREATES_AT_A_TIME = 8;
/** Writes of one holder that a checkpoint may meet, one after the other. */
const MAX_MEETINGS = 100;

/** What the contract of a store says of leases, in conditional writes of the rows of a KCL lease table. */
export class LeaseWriter {
  readonly #settings: DynamoDbSettings;
  readonly #keys: LeaseKeys;
  readonly #rows: LeaseRows;

  constructor(settings: DynamoDbSettings, rows: LeaseRows) {
    this.#settings = settings;
    this.#keys = new LeaseKeys(settings);
    this.#rows = rows;
  }

  leases(streamName: string): Observable<readonly Lease[]> {
    this.#keys.check(streamName);
    return this.#rows.scan({ streamName }).pipe(
      map((rows) =>
        rows.flatMap((row) => {
          const shardId = this.#keys.shardIdOf(row, streamName);
          return shardId === undefined ? [] : [this.#read(row, { streamName, shardId })];
        }),
      ),
    );
  }

  /** Children before their parents, in whatever order they are given: nobody sees a parent before its child. */
  create(streamName: string, leases: readonly NewLease[]): Observable<unknown> {
    const created = (lease: NewLease) =>
      defer(() => {
        const { shardId } = lease;
        const key = { ...this.#keys.keyOf(streamName, shardId), ...this.#keys.marksOf(streamName, shardId) };
        return this.#rows.create(newRow(lease, key), { streamName, shardId });
      });
    const generations = generationsOf(
      leases,
      ({ shardId }) => shardId,
      ({ parentShardIds }) => parentShardIds,
    );
    return from(generations.toReversed()).pipe(
      concatMap((generation) => from(generation).pipe(mergeMap(created, CREATES_AT_A_TIME))),
    );
  }

  take(lease: Lease, taker: Taker): Observable<Lease | undefined> {
    const { workerId, token } = taker;
    const marks = this.#keys.marksOf(lease.streamName, lease.shardId);
    return this.#or(this.#update(lease, taking(lease, taker, marks)), lease, (stored) =>
      of(stored.owner === workerId && stored.token === token ? stored : undefined),
    );
  }

  renew(lease: Lease): Observable<Lease | undefined> {
    if (lease.token === undefined) return of(undefined);
    return this.#update(lease, renewing(lease));
  }

  checkpoint(lease: Lease, next: Checkpoint, childShardIds?: readonly string[]): Observable<Lease | undefined> {
    if (lease.token === undefined) return of(undefined);
    const advance = (stored: Lease, meetings: number): Observable<Lease | undefined> => {
      if (!isProgress(stored.checkpoint, next)) return this.renew(lease);
      const written = this.#update(lease, advancing(lease, stored.checkpoint, next, childShardIds));
      return this.#or(written, lease, (found) => {
        if (!isHeldBy(lease, found)) return of(undefined);
        return meetings < MAX_MEETINGS ? advance(found, meetings + 1) : throwError(() => this.#tooBusy(lease));
      });
    };
    return advance(lease, 0);
  }

  requestHandOver(lease: Lease, workerId: string): Observable<Lease | undefined> {
    // A KCL would not see the request, and so never grant it.
    if (lease.owner !== undefined && lease.token === undefined) return of(undefined);
    return this.#or(this.#update(lease, asking(lease, workerId)), lease, (stored) =>
      of(stored.owner !== undefined && stored.nextOwner === workerId ? stored : undefined),
    );
  }

  release(lease: Lease): Observable<Lease | undefined> {
    const free = lease.token === undefined ? of(undefined) : this.#update(lease, freeing(lease));
    const handOver = this.#update(lease, handingOver(lease)).pipe(
      map((stored) => stored && { ...stored, owner: undefined, nextOwner: stored.owner }),
    );
    return this.#or(free, lease, (stored, row) => {
      if (stored.owner === undefined) return of(stored);
      if (isHeldBy(lease, stored)) return handOver;
      const isHandedOver = lease.token !== undefined && row.rxjsToken?.S === lease.token;
      return of(
        isHandedOver && stored.owner === lease.nextOwner
          ? { ...stored, owner: undefined, nextOwner: stored.owner }
          : undefined,
      );
    });
  }

  remove(lease: Lease): Observable<boolean> {
    const key = this.#keys.keyOf(lease.streamName, lease.shardId);
    return this.#rows
      .remove(key, lease.counter, lease)
      .pipe(
        concatMap((isRemoved) =>
          isRemoved ? of(true) : this.#rows.get(key, lease).pipe(map((row) => row === undefined)),
        ),
      );
  }

  putBack(lease: Lease, checkpoint: Checkpoint): Observable<Lease | undefined> {
    return this.#or(this.#update(lease, puttingBack(lease, checkpoint)), lease, (stored) => {
      const isDone = !stored.owner && !stored.nextOwner && isSameCheckpoint(stored.checkpoint, checkpoint);
      return of(isDone ? stored : undefined);
    });
  }

  #update(lease: Lease, update: RowUpdate): Observable<Lease | undefined> {
    return defer(() => this.#rows.update(this.#keys.keyOf(lease.streamName, lease.shardId), update, lease)).pipe(
      map((row) => row && this.#read(row, lease)),
    );
  }

  /** The answer of a write; or, if it was refused, what `decide` makes of the lease that is stored. */
  #or(
    write: Observable<Lease | undefined>,
    lease: Lease,
    decide: (stored: Lease, row: LeaseRow) => Observable<Lease | undefined>,
  ): Observable<Lease | undefined> {
    const found = defer(() => this.#rows.get(this.#keys.keyOf(lease.streamName, lease.shardId), lease)).pipe(
      concatMap((row) => (row ? decide(this.#read(row, lease), row) : of(undefined))),
    );
    return write.pipe(concatMap((written) => (written ? of(written) : found)));
  }

  #read(row: LeaseRow, { streamName, shardId }: Pick<Lease, 'streamName' | 'shardId'>): Lease {
    const { tableName, initialTimestamp } = this.#settings;
    return readLease(row, { streamName, shardId, tableName, initialTimestamp });
  }

  #tooBusy({ streamName, shardId }: Lease): CheckpointStoreError {
    return new CheckpointStoreError(
      `The checkpoint of shard ${shardId} of stream ${streamName} was not written: ${MAX_MEETINGS} others of the same holder were written ` +
        `to table ${this.#settings.tableName} at the same time. The call is repeated.`,
      { streamName, shardId, retryable: true },
    );
  }
}

const isHeldBy = (lease: Lease, stored: Lease): boolean =>
  lease.token !== undefined && stored.owner === lease.owner && stored.token === lease.token;
