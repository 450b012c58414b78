import type { NewLease } from '../Lease.ts';

/**
 * Cuts a list into runs in which no lease is a parent of another, in the order given: the leases of a run may be created in any order, and
 * still nobody sees a parent before its child.
 */
export function inGenerations(leases: readonly NewLease[]): readonly (readonly NewLease[])[] {
  const runs: NewLease[][] = [];
  let [ids, parents] = [new Set<string>(), new Set<string>()];
  for (const lease of leases) {
    const isRelated = parents.has(lease.shardId) || lease.parentShardIds.some((id) => ids.has(id));
    if (isRelated || runs.length === 0) {
      runs.push([]);
      [ids, parents] = [new Set(), new Set()];
    }
    runs.at(-1)?.push(lease);
    ids.add(lease.shardId);
    for (const id of lease.parentShardIds) parents.add(id);
  }
  return runs;
}
