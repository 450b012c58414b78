import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { asyncScheduler, concatMap, defer, from, map, mergeMap, type Observable, of, throwError } from 'rxjs';
import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import { generationsOf } from '../../internal/generationsOf.ts';
import { isProgress } from '../isProgress.ts';
import { isSameCheckpoint } from '../isSameCheckpoint.ts';
import type { Checkpoint, Lease, NewLease, Taker } from '../Lease.ts';
import type { DynamoDbSettings } from './checkDynamoDbCheckpointsOptions.ts';
import { checkpointAttributes } from './checkpointAttributes.ts';
import { LeaseKeys } from './LeaseKeys.ts';
import type { LeaseRow } from './LeaseRow.ts';
import type { LeaseRows, RowUpdate } from './LeaseRows.ts';
import { newRow } from './newRow.ts';
import { readLease } from './readLease.ts';

/** Rows that are created at a time. */
const CREATES_AT_A_TIME = 8;
/** Writes of one holder that a checkpoint may meet, one after the other. */
const MAX_MEETINGS = 100;

const COUNT = '#leaseCounter = #leaseCounter + :one';
const ONE: Readonly<Record<':one', AttributeValue>> = { ':one': { N: '1' } };
/** The holder's: `checkpointOwner` is who holds while a KCL 3.x hands the lease over, `leaseOwner` else. */
const HELD =
  '#rxjsOwner = :owner AND #rxjsToken = :token AND ' +
  '(#checkpointOwner = :owner OR (attribute_not_exists(#checkpointOwner) AND #leaseOwner = :owner))';

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

  take(lease: Lease, { workerId, token }: Taker): Observable<Lease | undefined> {
    const isSwitch = lease.owner !== undefined && lease.owner !== workerId;
    const marks = Object.entries(this.#keys.marksOf(lease.streamName, lease.shardId));
    const taken = this.#update(lease, {
      condition: '#leaseCounter = :counter AND (attribute_not_exists(#rxjsToken) OR #rxjsToken <> :token)',
      update:
        `SET ${COUNT}, #leaseOwner = :owner, #rxjsOwner = :owner, #rxjsToken = :token, ` +
        '#ownerSwitchesSinceCheckpoint = if_not_exists(#ownerSwitchesSinceCheckpoint, :zero) + :switches' +
        marks.map(([name]) => `, #${name} = :${name}`).join('') +
        ' REMOVE #checkpointOwner, #rxjsNextOwner',
      values: {
        ...ONE,
        ':counter': { N: String(lease.counter) },
        ':owner': { S: workerId },
        ':token': { S: token },
        ':zero': { N: '0' },
        ':switches': { N: isSwitch ? '1' : '0' },
        ...Object.fromEntries(marks.map(([name, value]) => [`:${name}`, value])),
      },
    });
    return this.#or(taken, lease, (stored) =>
      of(stored.owner === workerId && stored.token === token ? stored : undefined),
    );
  }

  renew(lease: Lease): Observable<Lease | undefined> {
    if (lease.token === undefined) return of(undefined);
    return this.#update(lease, { condition: HELD, update: `SET ${COUNT}`, values: { ...ONE, ...holderOf(lease) } });
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
    const asked = this.#update(lease, {
      condition:
        '#leaseCounter = :counter AND attribute_exists(#leaseOwner) AND #leaseOwner = #rxjsOwner AND ' +
        'attribute_not_exists(#checkpointOwner) AND attribute_not_exists(#rxjsNextOwner)',
      update: `SET ${COUNT}, #rxjsNextOwner = :next`,
      values: { ...ONE, ':counter': { N: String(lease.counter) }, ':next': { S: workerId } },
    });
    return this.#or(asked, lease, (stored) =>
      of(stored.owner !== undefined && stored.nextOwner === workerId ? stored : undefined),
    );
  }

  release(lease: Lease): Observable<Lease | undefined> {
    const free = this.#update(lease, {
      condition: `${HELD} AND attribute_not_exists(#checkpointOwner)`,
      update: `SET ${COUNT} REMOVE #leaseOwner, #rxjsOwner, #rxjsToken`,
      values: { ...ONE, ...holderOf(lease) },
    });
    // The next owner is in the row already, and the lease becomes that one's. The token stays, for a repetition to find.
    const handOver = this.#update(lease, {
      condition: `${HELD} AND #checkpointOwner = :owner`,
      update: `SET ${COUNT} REMOVE #checkpointOwner`,
      values: { ...ONE, ...holderOf(lease) },
    }).pipe(map((stored) => stored && { ...stored, owner: undefined, nextOwner: stored.owner }));
    return this.#orRow(lease.token === undefined ? of(undefined) : free, lease, (stored, row) => {
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

  /** Leaves nothing of the owner, so that a KCL finds a lease as of a worker that stopped; one that holds it compares the counter, and stops. */
  putBack(lease: Lease, checkpoint: Checkpoint): Observable<Lease | undefined> {
    const to = storing(checkpoint);
    const written = this.#update(lease, {
      condition: '#leaseCounter = :counter',
      update:
        `SET ${COUNT}, ${to.set} REMOVE ${to.remove}` +
        ', #leaseOwner, #checkpointOwner, #rxjsOwner, #rxjsToken, #rxjsNextOwner',
      values: { ...ONE, ':counter': { N: String(lease.counter) }, ...to.values },
    });
    return this.#or(written, lease, (stored) => {
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
    decide: (stored: Lease) => Observable<Lease | undefined>,
  ): Observable<Lease | undefined> {
    return this.#orRow(write, lease, decide);
  }

  #orRow(
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

/** Stores a checkpoint. What a KCL has prepared (`pending…`) is settled with it. */
function storing(next: Checkpoint) {
  const { rxjsTimestamp, ...attributes } = checkpointAttributes(next);
  return {
    set:
      '#checkpoint = :next, #checkpointSubSequenceNumber = :nextSub, #ownerSwitchesSinceCheckpoint = :zero, ' +
      '#rxjsCheckpointed = :written, #rxjsCheckpointedAt = :now' +
      (rxjsTimestamp ? ', #rxjsTimestamp = :timestamp' : ''),
    remove:
      '#pendingCheckpoint, #pendingCheckpointSubSequenceNumber, #pendingCheckpointState' +
      (rxjsTimestamp ? '' : ', #rxjsTimestamp'),
    values: {
      ':next': attributes.checkpoint,
      ':nextSub': attributes.checkpointSubSequenceNumber,
      ':zero': { N: '0' },
      ':written': { S: `${attributes.checkpoint.S}:${attributes.checkpointSubSequenceNumber.N}` },
      ':now': { N: String(asyncScheduler.now()) },
      ...(rxjsTimestamp && { ':timestamp': rxjsTimestamp }),
    },
  };
}

/** Replaces a checkpoint that is just what `next` was compared with: DynamoDB would compare positions as text. */
function advancing(lease: Lease, was: Checkpoint, next: Checkpoint, childShardIds?: readonly string[]): RowUpdate {
  const old = checkpointAttributes(was);
  const to = storing(next);
  const children = childShardIds && childShardIds.length > 0 ? { SS: [...new Set(childShardIds)] } : undefined;
  const oldSub =
    old.checkpointSubSequenceNumber.N === '0' ? ' OR attribute_not_exists(#checkpointSubSequenceNumber)' : '';
  return {
    condition: `${HELD} AND #checkpoint = :was AND (#checkpointSubSequenceNumber = :wasSub${oldSub})`,
    update:
      `SET ${COUNT}, ${to.set}${children ? ', #childShardIds = :children' : ''}` +
      ` REMOVE ${to.remove}${childShardIds?.length === 0 ? ', #childShardIds' : ''}`,
    values: {
      ...ONE,
      ...holderOf(lease),
      ...to.values,
      ':was': old.checkpoint,
      ':wasSub': old.checkpointSubSequenceNumber,
      ...(children && { ':children': children }),
    },
  };
}

const holderOf = ({ owner = '', token = '' }: Lease) => ({ ':owner': { S: owner }, ':token': { S: token } });

const isHeldBy = (lease: Lease, stored: Lease): boolean =>
  lease.token !== undefined && stored.owner === lease.owner && stored.token === lease.token;
