import type { Lease } from '../checkpoint/Lease.ts';
import type { Topology } from './topology.ts';

/** What a worker should do next about the leases of a stream. */
export interface LeasePlan {
  /** Free leases to take, and how they became free. */
  readonly take: readonly FreeLease[];
  /** Leases to ask their owners for. */
  readonly request: readonly Lease[];
  /** Leases of shards that are gone. */
  readonly remove: readonly Lease[];
}

/** A lease that may be taken: nobody's any more, or given by the owner who was asked for it. */
export interface FreeLease {
  readonly lease: Lease;
  readonly event: 'taken' | 'stolen';
}

export interface LeasePlanInput {
  readonly workerId: string;
  readonly topology: Topology;
  readonly leases: readonly Lease[];
  /** Whether this worker reads the shard. */
  readonly isHeldHere: (shardId: string) => boolean;
  /** Whether the lease has a token of this subscription: if it is not read here, the answer to its taking was lost. */
  readonly isOurs: (lease: Lease) => boolean;
  /** Whether the counter of a lease has stood still for the lease's duration, on this worker's clock. */
  readonly hasExpired: (lease: Lease) => boolean;
  /** Whether the worker was seen to write lately: whoever is gone hears no request. */
  readonly isAlive: (workerId: string) => boolean;
  /** At most so many shards for this worker. */
  readonly maxShards: number;
  /** In [0, 1): spreads workers over the free leases, so that they do not all reach for the same. */
  readonly random: () => number;
}

/** So many leases are taken from workers of the KCL at a time, which is its own default. */
const MAX_STEALS = 1;

/**
 * Decides what to take, from a snapshot of the leases.
 *
 * A shard can be read once all its parents have ended; a parent that is gone from the stream counts as ended, unless somebody reads it. Each worker takes up to
 * its share, ceil(readable / workers), of what is free. Only a worker that found nothing free asks for leases of the most loaded workers that are alive:
 * for half of what it lacks at a time, as others may be doing the same. What nobody renewed for its duration is free, a reservation for the next owner included.
 */
export function leasePlan(input: LeasePlanInput): LeasePlan {
  const { workerId, topology, leases, isHeldHere, isOurs, hasExpired, isAlive, maxShards, random } = input;
  const byId = new Map(leases.map((lease) => [lease.shardId, lease]));
  const hasEnded = (shardId: string) => {
    const lease = byId.get(shardId);
    if (lease?.checkpoint === 'SHARD_END') return true;
    // Somebody reads it: a listing without it is faulty, or old.
    const isRead = isHeldHere(shardId) || (lease?.owner !== undefined && !hasExpired(lease));
    return !topology.has(shardId) && !isRead;
  };
  const readable = leases.filter(
    ({ shardId, parentShardIds, checkpoint }) =>
      checkpoint !== 'SHARD_END' && topology.has(shardId) && parentShardIds.every(hasEnded),
  );

  const heldBy = new Map<string, Lease[]>([[workerId, []]]);
  const free: FreeLease[] = [];
  /** Asked for, and still with their owners: they will come whatever is taken meanwhile. */
  let incoming = 0;
  for (const lease of readable) {
    const { shardId, owner, nextOwner } = lease;
    // What is read here is not taken a second time, whatever the store says of it.
    const holder = isHeldHere(shardId) ? workerId : (owner ?? nextOwner);
    const isStray = isOurs(lease) && !isHeldHere(shardId);
    if (holder === undefined || isStray) free.push({ lease, event: 'taken' });
    else if (owner === undefined && nextOwner === workerId) free.push({ lease, event: 'stolen' });
    else if (!isHeldHere(shardId) && hasExpired(lease)) free.push({ lease, event: 'taken' });
    else {
      const held = heldBy.get(holder);
      if (held) held.push(lease);
      else heldBy.set(holder, [lease]);
      if (nextOwner === workerId && holder !== workerId) incoming += 1;
    }
    // Somebody who has asked is a worker, too, though he may have nothing yet.
    if (nextOwner !== undefined && !heldBy.has(nextOwner)) heldBy.set(nextOwner, []);
  }

  const mine = heldBy.get(workerId)?.length ?? 0;
  const share = Math.min(maxShards, Math.ceil(readable.length / heldBy.size));
  const room = Math.max(0, share - mine);
  const handedOver = free.filter(({ event }) => event === 'stolen').slice(0, Math.max(0, maxShards - mine));
  const others = shuffled(
    free.filter(({ event }) => event === 'taken'),
    random,
  );
  const most = Math.max(0, maxShards - mine - incoming - handedOver.length);
  const fair = others.slice(0, Math.min(most, Math.max(0, room - handedOver.length)));
  // What stays free for a lease's duration is beyond the others' share: their maxShards may be smaller.
  const leftOver = others
    .slice(fair.length)
    .filter(({ lease }) => hasExpired(lease))
    .slice(0, most - fair.length);
  const wanted = free.length === 0 && room > 0 ? leasesToRequest(workerId, readable, heldBy, share, isAlive) : [];
  // A worker of the KCL does not hear a request: it learns from its next renewal that its lease is another's.
  const deaf = wanted.filter(({ token }) => token === undefined).slice(0, MAX_STEALS);
  return {
    take: [...handedOver, ...fair, ...leftOver, ...deaf.map((lease) => ({ lease, event: 'stolen' as const }))],
    request: wanted.filter(({ token }) => token !== undefined),
    remove: leases.filter(
      (lease) =>
        !topology.has(lease.shardId) && !isHeldHere(lease.shardId) && (lease.owner === undefined || hasExpired(lease)),
    ),
  };
}

/** Leases of the workers that have most, as far as moving them does not just move the imbalance. Those on their way here count as here. */
function leasesToRequest(
  workerId: string,
  readable: readonly Lease[],
  heldBy: ReadonlyMap<string, readonly Lease[]>,
  share: number,
  isAlive: (workerId: string) => boolean,
): Lease[] {
  const mine = heldBy.get(workerId)?.length ?? 0;
  const incoming = readable.filter(({ nextOwner }) => nextOwner === workerId).length;
  const asked: Lease[] = [];
  const canBeAsked = ({ owner = '', token, nextOwner }: Lease) =>
    nextOwner === undefined && (token === undefined || isAlive(owner));
  const left = new Map([...heldBy].map(([id, leases]) => [id, leases.filter(canBeAsked)]));
  left.delete(workerId);
  while (incoming + asked.length < Math.ceil((share - mine) / 2)) {
    const richest = richestOf(left.values());
    const future = mine + incoming + asked.length;
    const lease = richest.length > future + 1 && (richest.length > share || future + 1 < share) && richest.shift();
    if (!lease) break;
    asked.push(lease);
  }
  return asked;
}

function richestOf(held: Iterable<Lease[]>): Lease[] {
  let richest: Lease[] = [];
  for (const each of held) if (each.length > richest.length) richest = each;
  return richest;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
