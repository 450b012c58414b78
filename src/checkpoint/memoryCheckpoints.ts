import { asyncScheduler, defer, of, Subject, tap, type Observable } from 'rxjs';
import { checkNames } from '../internal/checkNames.ts';
import { checkCollector } from '../metrics/checkCollector.ts';
import type { MetricsCollector } from '../metrics/MetricsCollector.ts';
import { StoreMetrics } from '../metrics/StoreMetrics.ts';
import type { CheckpointStore } from './CheckpointStore.ts';
import { isProgress } from './isProgress.ts';
import { isSameCheckpoint } from './isSameCheckpoint.ts';
import type { Checkpoint, Lease } from './Lease.ts';

/** What a store in memory may be given. */
export interface MemoryCheckpointsOptions {
  /**
   * Where the writes of checkpoints are counted: under the stream of the source that makes them, or `<standalone>` where none does. Default:
   * the collector of `setMetricsCollector()`.
   */
  readonly metrics?: MetricsCollector;
}

/**
 * A store in this process' memory: several workers of one process share a stream through it, and it lasts as long as the process.
 *
 * For tests, for tools that read a stream once, and for applications that keep their place elsewhere. It answers at once, holds one
 * small object a shard, and forgets nothing by itself.
 *
 * @example
 * ```ts
 * const checkpoints = memoryCheckpoints();
 * fromKinesis('orders', { checkpoints }).pipe(checkpoint()).subscribe();
 * ```
 *
 * @throws TypeError for a wrong option, naming it and what was given
 */
export function memoryCheckpoints(options: MemoryCheckpointsOptions = {}): CheckpointStore {
  checkNames(options, { metrics: true }, 'memoryCheckpoints');
  const metrics = new StoreMetrics(
    options.metrics === undefined ? undefined : checkCollector('metrics', options.metrics),
  );
  const streams = new Map<string, StreamLeases>();
  const streamOf = (streamName: string) => {
    const known = streams.get(streamName) ?? { leases: new Map<string, Lease>(), changes: new Subject<void>() };
    streams.set(streamName, known);
    return known;
  };

  /** Answers with what `change` makes of the stored lease: the same, a changed one, or `undefined` where it may not be written. */
  const write = (
    { streamName, shardId }: Lease,
    change: (stored: Lease) => Lease | undefined,
  ): Observable<Lease | undefined> =>
    answer(() => {
      const { leases } = streamOf(streamName);
      const stored = leases.get(shardId);
      const written = stored && change(stored);
      if (written) leases.set(shardId, written);
      return written;
    });
  const writeAsHolder = (lease: Lease, change: (stored: Lease) => Partial<Lease>) =>
    write(lease, (stored) => (isHeldBy(lease, stored) ? grown(stored, change(stored)) : undefined));

  const store: CheckpointStore = {
    leases: (streamName) => answer(() => [...streamOf(streamName).leases.values()]),

    create: (streamName, fresh) =>
      answer(() => {
        const { leases } = streamOf(streamName);
        for (const lease of fresh) {
          if (!leases.has(lease.shardId)) leases.set(lease.shardId, { ...lease, ...UNOWNED, streamName });
        }
      }),

    take: (lease, { workerId, token }) =>
      write(lease, (stored) => {
        if (stored.token === token) return stored;
        if (stored.counter !== lease.counter) return undefined;
        const isSwitch = stored.owner !== undefined && stored.owner !== workerId;
        const ownerSwitchesSinceCheckpoint = stored.ownerSwitchesSinceCheckpoint + (isSwitch ? 1 : 0);
        return grown(stored, { owner: workerId, token, nextOwner: undefined, ownerSwitchesSinceCheckpoint });
      }),

    renew: (lease) => writeAsHolder(lease, () => ({})),

    checkpoint: (lease, checkpoint, childShardIds) => {
      const write = writeAsHolder(lease, (stored) =>
        isProgress(stored.checkpoint, checkpoint)
          ? { ...stamped(checkpoint), childShardIds: childShardIds ?? stored.childShardIds }
          : {},
      );
      return metrics.counting(lease.streamName, lease.shardId, write);
    },

    requestHandOver: (lease, workerId) =>
      write(lease, (stored) => {
        if (stored.owner === undefined) return undefined;
        if (stored.nextOwner !== undefined) return stored.nextOwner === workerId ? stored : undefined;
        return stored.counter === lease.counter ? grown(stored, { nextOwner: workerId }) : undefined;
      }),

    release: (lease) =>
      defer(() => {
        let isFreed = false;
        return write(lease, (stored) => {
          if (stored.owner === undefined) return stored;
          isFreed = isHeldBy(lease, stored);
          return isFreed ? grown(stored, FREE) : undefined;
        }).pipe(
          tap(() => {
            if (isFreed) streamOf(lease.streamName).changes.next();
          }),
        );
      }),

    remove: (lease) =>
      answer(() => {
        const { leases } = streamOf(lease.streamName);
        const stored = leases.get(lease.shardId);
        return stored === undefined || (stored.counter === lease.counter && leases.delete(lease.shardId));
      }),

    putBack: (lease, checkpoint) =>
      write(lease, (stored) => {
        const isDone = !stored.owner && !stored.nextOwner && isSameCheckpoint(stored.checkpoint, checkpoint);
        if (stored.counter !== lease.counter) return isDone ? stored : undefined;
        return grown(stored, { ...stamped(checkpoint), ...FREE, nextOwner: undefined });
      }).pipe(
        tap((written) => {
          if (written) streamOf(lease.streamName).changes.next();
        }),
      ),

    changes: (streamName) => streamOf(streamName).changes,
  };
  metrics.belongTo(store);
  return store;
}

interface StreamLeases {
  readonly leases: Map<string, Lease>;
  readonly changes: Subject<void>;
}

const UNOWNED = {
  childShardIds: [],
  owner: undefined,
  token: undefined,
  nextOwner: undefined,
  counter: 0,
  ownerSwitchesSinceCheckpoint: 0,
};

const FREE = { owner: undefined, token: undefined };

const stamped = (checkpoint: Checkpoint) => ({
  checkpoint,
  checkpointedAt: new Date(asyncScheduler.now()),
  ownerSwitchesSinceCheckpoint: 0,
});

const isHeldBy = (lease: Lease, stored: Lease) =>
  lease.token !== undefined && stored.owner === lease.owner && stored.token === lease.token;

const grown = (stored: Lease, change: Partial<Lease>): Lease => ({ ...stored, ...change, counter: stored.counter + 1 });

const answer = <T>(compute: () => T): Observable<T> => defer(() => of(compute()));
