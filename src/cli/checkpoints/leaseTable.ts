import type { Lease } from '../../index.ts';
import { formatAge } from './formatAge.ts';
import { formatPlace } from './formatPlace.ts';
import type { Lag } from './lagOf.ts';
import { plainTable } from './plainTable.ts';

const NOBODY = '–';

/** The leases for a reader's eyes, at a time in milliseconds since 1970. */
export function leaseTable(leases: readonly Lease[], lags: ReadonlyMap<string, Lag> | undefined, now: number): string {
  const rows = leases.map((lease) => [
    lease.shardId,
    ownerOf(lease),
    formatPlace(lease.checkpoint),
    lease.checkpointedAt ? formatAge(now - lease.checkpointedAt.getTime()) : '',
    lags ? formatLag(lags.get(lease.shardId)) : '',
    lease.parentShardIds.join('\n'),
    lease.childShardIds.join('\n'),
    String(lease.counter),
  ]);
  const owners = new Set(leases.flatMap(({ owner }) => owner ?? []));
  const [free, ended] = [
    leases.filter(({ owner, checkpoint }) => owner === undefined && checkpoint !== 'SHARD_END').length,
    leases.filter(({ checkpoint }) => checkpoint === 'SHARD_END').length,
  ];
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return (
    `${plainTable(['shard', 'owner', 'position', 'age', 'lag', 'parents', 'children', 'counter'], rows)}\n` +
    `${count(leases.length, 'shard')}, ${count(owners.size, 'worker')}; ${free} free, ${ended} read to the end`
  );
}

const ownerOf = ({ owner = NOBODY, nextOwner }: Lease) =>
  nextOwner === undefined ? owner : `${owner}, then ${nextOwner}`;

function formatLag(lag: Lag | undefined): string {
  if (lag === undefined) return NOBODY;
  return lag === 'gone' ? lag : `${lag.toLocaleString('en-US')} ms`;
}
