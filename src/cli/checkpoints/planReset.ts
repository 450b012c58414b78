import type { Checkpoint, Lease } from '../../index.ts';
import type { Move } from './Move.ts';
import { withChildren } from './withChildren.ts';

/**
 * Where each of the chosen shards goes when a stream is put to a start.
 *
 * With TRIM_HORIZON and a time that is all of them, those that were read to their end as well: what they hold is delivered again, and their
 * children wait for it. With LATEST nothing of a shard is wanted that takes no more writes, as a shard with a child does not: it has ended, as
 * where a source starts there. One that stands at its end and has no child was put there, and may take writes: it is read from its tip again.
 */
export function planReset(chosen: readonly Lease[], all: readonly Lease[], to: Checkpoint): readonly Move[] {
  const ended = withChildren(all);
  return chosen
    .map((lease): Move => ({ lease, to: to === 'LATEST' && ended.has(lease.shardId) ? 'SHARD_END' : to }))
    .filter(({ lease, to: place }) => !(lease.checkpoint === 'SHARD_END' && place === 'SHARD_END'));
}
