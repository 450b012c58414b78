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
  const unread = leases.filter(({ shardId }) => lags?.get(shardId) === 'unread').map(({ shardId }) => shardId);
  return (
    `${plainTable(['shard', 'owner', 'position', 'age', 'lag', 'parents', 'children', 'counter'], rows)}\n` +
    `${count(leases.length, 'shard')}, ${count(owners.size, 'worker')}; ${free} free, ${ended} read to the end` +
    (unread.length === 0 ? '' : `\n${unreadLine(unread)}`)
  );
}

const ownerOf = ({ owner = NOBODY, nextOwner }: Lease) =>
  nextOwner === undefined ? owner : `${owner}, then ${nextOwner}`;

function formatLag(lag: Lag | undefined): string {
  if (lag === undefined) return NOBODY;
  return typeof lag === 'string' ? lag : `${lag.toLocaleString('en-US')} ms`;
}

const unreadLine = (shardIds: readonly string[]) =>
  `Unread: ${shardIds.join(', ')}. Kinesis takes writes there that are delivered to nobody, as the lease is at SHARD_END: ` +
  'put it elsewhere with checkpoints set.';
