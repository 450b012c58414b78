import { colours } from '../colours.ts';
import { shortName } from './shortName.ts';
import type { ShardLine } from './Snapshot.ts';

/** One line about a shard. */
export function formatShard({ shardId, state, records, perSecond, ageMs, inFlight }: ShardLine): string {
  const columns = [
    `shard ${shortName(shardId).padStart(3)}`,
    `${count(records).padStart(9)} records`,
    `${count(Math.round(perSecond)).padStart(6)}/s`,
    `age ${(ageMs === undefined ? '-' : `${(ageMs / 1_000).toFixed(1)} s`).padStart(6)}`,
    `in flight ${count(inFlight).padStart(5)}`,
    state,
  ];
  const line = columns.join('  ');
  return state === 'reading' ? line : colours.dim(line);
}

const count = (value: number) => value.toLocaleString('en-US');
