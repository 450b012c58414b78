import { defer, of, Subject, tap, type Observable } from 'rxjs';
import type { CheckpointStore } from './CheckpointStore.ts';
import { isProgress } from './isProgress.ts';
import type { Lease } from './Lease.ts';

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
 */
export function memoryCheckpoints(): CheckpointStore {
  const streams = new Map<string, StreamLeases>();
  const streamOf = (streamName: string) => {
    const known = streams.get(streamName) ?? { leases: new Map<string, Lease>(), changes: new Subject<void>() };
    streams.set(streamName, known);
    return known;
  };

  /** Replaces the lease if `isAllowed` by what is stored. */
  const write = (
    { streamName, shardId }: Lease,
    isAllowed: (stored: Lease) => boolean,
    change: (stored: Lease) => Partial<Lease>,
  ): Observable<Lease | undefined> =>
    answer(() => {
      const { leases } = streamOf(streamName);
      const stored = leases.get(shardId);
      if (!stored || !isAllowed(stored)) return undefined;
      const written = { ...stored, ...change(stored), counter: stored.counter + 1 };
      leases.set(shardId, written);
      return written;
    });
  const isHeldBy = (lease: Lease) => (stored: Lease) =>
    lease.token !== undefined && stored.owner === lease.owner && stored.token === lease.token;
  const isUnchangedSince = (lease: Lease) => (stored: Lease) => stored.counter === lease.counter;

  return {
    leases: (streamName) => answer(() => [...streamOf(streamName).leases.values()]),

    create: (streamName, fresh) =>
      answer(() => {
        const { leases } = streamOf(streamName);
        for (const lease of fresh) {
          if (!leases.has(lease.shardId)) leases.set(lease.shardId, { ...UNOWNED, ...lease, streamName });
        }
      }),

    take: (lease, { workerId, token }) =>
      write(
        lease,
        (stored) => isUnchangedSince(lease)(stored) || stored.token === token,
        (stored) => ({
          owner: workerId,
          token,
          nextOwner: undefined,
          ownerSwitchesSinceCheckpoint: stored.ownerSwitchesSinceCheckpoint + (stored.owner === workerId ? 0 : 1),
        }),
      ),

    renew: (lease) => write(lease, isHeldBy(lease), () => ({})),

    checkpoint: (lease, checkpoint, childShardIds) =>
      write(lease, isHeldBy(lease), (stored) =>
        isProgress(stored.checkpoint, checkpoint)
          ? { checkpoint, ownerSwitchesSinceCheckpoint: 0, childShardIds: childShardIds ?? stored.childShardIds }
          : {},
      ),

    requestHandOver: (lease, workerId) =>
      write(
        lease,
        (stored) => isUnchangedSince(lease)(stored) && (stored.nextOwner ?? workerId) === workerId,
        () => ({ nextOwner: workerId }),
      ),

    release: (lease) =>
      write(lease, isHeldBy(lease), () => ({ owner: undefined, token: undefined })).pipe(
        tap((released) => {
          if (released) streamOf(lease.streamName).changes.next();
        }),
      ),

    remove: (lease) =>
      answer(() => {
        const { leases } = streamOf(lease.streamName);
        const stored = leases.get(lease.shardId);
        return stored !== undefined && isUnchangedSince(lease)(stored) && leases.delete(lease.shardId);
      }),

    changes: (streamName) => streamOf(streamName).changes,
  };
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

const answer = <T>(compute: () => T): Observable<T> => defer(() => of(compute()));
