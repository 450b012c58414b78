import type { Lease } from '../../index.ts';
import { directionOf } from './directionOf.ts';
import type { Move } from './Move.ts';
import { withChildren } from './withChildren.ts';

/** What moving shards means, for who is to decide; `isVerified` tells that Kinesis was asked. */
export function describeMoves(moves: readonly Move[], all: readonly Lease[], isVerified = false): string {
  const ways = moves.map(({ lease, to }) => directionOf(lease.checkpoint, to));
  const going = (way: (typeof ways)[number]) => ways.filter((each) => each === way).length;
  const [back, forward, unknown] = [going('back'), going('forward'), going('unknown')];
  const held = moves.filter(({ lease }) => lease.owner !== undefined).length;
  const lines = [
    back > 0 && `${shards(back, 'goes', 'go')} back: records that were processed are delivered again.`,
    forward > 0 &&
      `${shards(forward, 'goes', 'go')} forward: the records between are SKIPPED, and delivered to nobody.`,
    !isVerified && endedForGood(moves, all),
    unknown > 0 &&
      `${shards(unknown, 'goes', 'go')} to a time: the records between are delivered again if they were processed, and SKIPPED if they were not.`,
    held > 0 &&
      `${shards(held, 'is', 'are')} being read: whoever reads one gives it up at its next write, within a third of a lease, ` +
        'and delivers on until then, beside whoever reads from the new place.',
    childrenLeft(moves, all),
  ];
  return lines.filter((line) => typeof line === 'string').join('\n');
}

/** A shard that takes writes, as one without children may, has no reader once it stands at its end, whoever comes. */
function endedForGood(moves: readonly Move[], all: readonly Lease[]): string | undefined {
  const split = withChildren(all);
  const ends = moves.filter(
    ({ lease: { shardId, checkpoint }, to }) => to === 'SHARD_END' && checkpoint !== to && !split.has(shardId),
  );
  if (ends.length === 0) return undefined;
  return (
    `${shards(ends.length, 'counts', 'count')} as read to the end: what is written there FROM NOW ON is delivered to nobody either. ` +
    'That is right only where the shard takes no more writes; --verify asks Kinesis.'
  );
}

/** Children that are not moved with a parent that is read again: their order against it is lost. */
function childrenLeft(moves: readonly Move[], all: readonly Lease[]): string | undefined {
  const moved = new Set(moves.map(({ lease }) => lease.shardId));
  const reopened = new Set(
    moves
      .filter(({ lease, to }) => lease.checkpoint === 'SHARD_END' && to !== 'SHARD_END')
      .map(({ lease }) => lease.shardId),
  );
  const left = all.filter(
    ({ shardId, parentShardIds }) => !moved.has(shardId) && parentShardIds.some((id) => reopened.has(id)),
  );
  if (left.length === 0) return undefined;
  return (
    `Children stay where they are: ${left.map(({ shardId }) => shardId).join(', ')}. Who reads them reads on; ` +
    'once they come free they wait until their parents have been read to the end again.'
  );
}

const shards = (count: number, one: string, many: string) =>
  count === 1 ? `1 shard ${one}` : `${count} shards ${many}`;
