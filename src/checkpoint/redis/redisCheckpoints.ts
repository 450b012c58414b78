import { asyncScheduler, map } from 'rxjs';
import { StoreMetrics } from '../../metrics/StoreMetrics.ts';
import type { CheckpointStore } from '../CheckpointStore.ts';
import type { Lease } from '../Lease.ts';
import { checkpointText } from './checkpointText.ts';
import { checkRedisCheckpointsOptions } from './checkRedisCheckpointsOptions.ts';
import { LeaseHash } from './LeaseHash.ts';
import { CHECKPOINT, PUT_BACK, RELEASE, REMOVE, RENEW, REQUEST_HAND_OVER, TAKE } from './leaseScripts.ts';
import type { RedisCheckpointsOptions } from './RedisCheckpointsOptions.ts';

/**
 * A store in Redis or Valkey, by a `Redis` or `Cluster` of ioredis: one hash for each stream of an application.
 *
 * - Every write is one Lua script, which compares owner, token or counter in one atomic step with the write, and is found again by a
 *   server that forgot it. Lists are one step as well, and come from a master.
 * - Positions are compared in Redis, as integers of any length: progress never goes back.
 * - Nothing expires by itself, and no clock is compared: a lease is free when its counter stands still.
 * - The client is never closed here. A call that it keeps waiting is given up by the source, or made again, after the lease's
 *   duration at the latest.
 *
 * Errors with {@link CheckpointStoreError}: `retryable` for broken connections, timeouts, failovers, moving slots, and a server that
 * starts, is busy or full; not for what needs somebody's hand: passwords, permissions, a key of other things.
 *
 * @example
 * ```ts
 * import { Redis } from 'ioredis';
 * import { redisCheckpoints } from 'rxjs-kinesis/redis';
 *
 * const redis = new Redis({ host: 'redis', maxRetriesPerRequest: 1 });
 * const checkpoints = redisCheckpoints({ application: 'billing', redis });
 * fromKinesis('orders', { checkpoints }).pipe(checkpoint()).subscribe();
 * ```
 *
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given
 */
export function redisCheckpoints(options: RedisCheckpointsOptions): CheckpointStore {
  const settings = checkRedisCheckpointsOptions(options);
  const hash = new LeaseHash(settings);
  const metrics = new StoreMetrics(settings.metrics);
  const store: CheckpointStore = {
    leases: (streamName) => hash.leases(streamName),
    create: (streamName, fresh) => hash.create(streamName, fresh),
    take: (lease, { workerId, token }) =>
      hash.write(TAKE, lease, 'Taking the lease', [String(lease.counter), workerId, token]),
    renew: (lease) => hash.write(RENEW, lease, 'Renewing the lease', holderOf(lease)),
    checkpoint: (lease, checkpoint, childShardIds) => {
      const children = childShardIds === undefined ? '' : JSON.stringify(childShardIds);
      const args = [...holderOf(lease), checkpointText(checkpoint), children, now()];
      return metrics.counting(
        lease.streamName,
        lease.shardId,
        hash.write(CHECKPOINT, lease, 'Writing the checkpoint', args),
      );
    },
    requestHandOver: (lease, workerId) =>
      hash.write(REQUEST_HAND_OVER, lease, 'Asking for the lease', [String(lease.counter), workerId]),
    release: (lease) => hash.write(RELEASE, lease, 'Releasing the lease', holderOf(lease)),
    remove: (lease) => {
      const { streamName, shardId, counter } = lease;
      const args = [shardId, String(counter)];
      return hash
        .run(REMOVE, args, { doing: 'Removing the lease', streamName, shardId })
        .pipe(map((reply) => Number(reply) === 1));
    },
    putBack: (lease, checkpoint) =>
      hash.write(PUT_BACK, lease, 'Putting the checkpoint back', [
        String(lease.counter),
        checkpointText(checkpoint),
        now(),
      ]),
  };
  metrics.belongTo(store);
  return store;
}

/** In milliseconds since 1970, by the wall clock of this machine. */
const now = () => String(Math.floor(asyncScheduler.now()));

/** Empty where nobody holds it: the scripts then write nothing. */
const holderOf = ({ owner = '', token = '' }: Lease): readonly [string, string] => [owner, token];
