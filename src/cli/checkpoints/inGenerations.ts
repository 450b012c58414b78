import type { Move } from './Move.ts';

/** Cuts moves into runs, parents before children: who sees a child at its new place must see its parent at its own, and so wait for it. */
export function inGenerations(moves: readonly Move[]): readonly (readonly Move[])[] {
  const parents = new Map(moves.map(({ lease }) => [lease.shardId, lease.parentShardIds]));
  const depths = new Map<string, number>();
  const depthOf = (shardId: string): number => {
    const known = depths.get(shardId);
    if (known !== undefined) return known;
    // A shard is never its own ancestor; rows of a store that say so must not hang the command.
    depths.set(shardId, 0);
    const moved = (parents.get(shardId) ?? []).filter((id) => parents.has(id));
    const depth = Math.max(0, ...moved.map((id) => depthOf(id) + 1));
    depths.set(shardId, depth);
    return depth;
  };
  const runs: Move[][] = [];
  for (const move of moves) (runs[depthOf(move.lease.shardId)] ??= []).push(move);
  return runs;
}
