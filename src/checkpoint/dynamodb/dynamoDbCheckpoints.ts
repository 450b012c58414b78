import { concat, defer, ignoreElements, type Observable, of } from 'rxjs';
import { StoreMetrics } from '../../metrics/StoreMetrics.ts';
import { checkDynamoDbCheckpointsOptions } from './checkDynamoDbCheckpointsOptions.ts';
import type { DynamoDbCheckpointStore } from './DynamoDbCheckpointStore.ts';
import type { DynamoDbCheckpointsOptions } from './DynamoDbCheckpointsOptions.ts';
import { LeaseRows } from './LeaseRows.ts';
import { LeaseWriter } from './LeaseWriter.ts';
import { TableCalls } from './TableCalls.ts';

/**
 * A store in a table of DynamoDB, which is a lease table of the KCL (Kinesis Client Library): an application may move from the KCL and back
 * without losing its place, and workers of both may share a stream.
 *
 * - The table is created at the first call if it is missing, and has the application's name, as with the KCL. It holds the leases of one
 *   stream unless `streams` says otherwise; a second stream, or another application, is an error, not a mix-up.
 * - Every write is one conditional call, and an `UpdateItem` where the lease exists, which leaves attributes that it does not know as they are. Lists are consistent reads.
 * - Nothing expires by itself, and no clock is compared: a lease is free when its counter stands still.
 * - A lease that a KCL 2.x worker holds is not asked for: what is lacking to a fair share is taken from it, one at a time. A hand-over that a KCL 3.x begins is honoured.
 *
 * Errors with {@link CheckpointStoreError}: `retryable` for throttles, 5xx, timeouts and broken connections; not for what needs somebody's hand:
 * permissions, a missing table with `createTable: false`, a table of other things.
 *
 * @example
 * ```ts
 * import { dynamoDbCheckpoints } from 'rxjs-kinesis/dynamodb';
 *
 * const checkpoints = dynamoDbCheckpoints({ application: 'billing' });
 * fromKinesis('orders', { checkpoints }).pipe(checkpoint()).subscribe();
 * ```
 *
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given
 */
export function dynamoDbCheckpoints(options: DynamoDbCheckpointsOptions): DynamoDbCheckpointStore {
  const settings = checkDynamoDbCheckpointsOptions(options);
  const calls = new TableCalls(settings);
  const leases = new LeaseWriter(settings, new LeaseRows(settings, calls));
  const metrics = new StoreMetrics(settings.metrics);
  const store: DynamoDbCheckpointStore = {
    leases: (streamName) => defer(() => leases.leases(streamName)),
    create: (streamName, fresh) => answered(defer(() => leases.create(streamName, fresh))),
    take: (lease, taker) => defer(() => leases.take(lease, taker)),
    renew: (lease) => defer(() => leases.renew(lease)),
    checkpoint: (lease, checkpoint, childShardIds) =>
      metrics.counting(
        lease.streamName,
        lease.shardId,
        defer(() => leases.checkpoint(lease, checkpoint, childShardIds)),
      ),
    requestHandOver: (lease, workerId) => defer(() => leases.requestHandOver(lease, workerId)),
    release: (lease) => defer(() => leases.release(lease)),
    remove: (lease) => defer(() => leases.remove(lease)),
    putBack: (lease, checkpoint) => defer(() => leases.putBack(lease, checkpoint)),
    close: () => {
      calls.close();
    },
  };
  metrics.belongTo(store);
  return store;
}

/** One value when all is done. */
const answered = (work: Observable<unknown>): Observable<undefined> =>
  concat(work.pipe(ignoreElements()), of(undefined));
