import type { Checkpoint, Lease } from '../../index.ts';
import { formatPlace } from './formatPlace.ts';
import { plainTable } from './plainTable.ts';

/** What shards were at, and what they are at or would be. */
export function moveTable(moves: readonly { readonly lease: Lease; readonly to: Checkpoint }[]): string {
  return plainTable(
    ['shard', 'owner', 'before', 'after'],
    moves.map(({ lease, to }) => [lease.shardId, lease.owner ?? '–', formatPlace(lease.checkpoint), formatPlace(to)]),
  );
}
