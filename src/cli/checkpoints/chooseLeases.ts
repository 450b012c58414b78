import type { Lease } from '../../index.ts';
import { WrongInput } from './WrongInput.ts';

const NEAREST = 3;

/** Those of these shards; all if none is named. */
export function chooseLeases(leases: readonly Lease[], shardIds: readonly string[] | undefined): readonly Lease[] {
  if (!shardIds) return leases;
  const unknown = shardIds.find((shardId) => !leases.some((lease) => lease.shardId === shardId));
  if (unknown === undefined) return leases.filter(({ shardId }) => shardIds.includes(shardId));
  const near = leases
    .map(({ shardId }) => shardId)
    .toSorted((a, b) => distance(a, unknown) - distance(b, unknown))
    .slice(0, NEAREST);
  const all = near.length === leases.length;
  throw new WrongInput(
    `--shard must name a shard that has a lease; got ${JSON.stringify(unknown)}. ` +
      `There ${leases.length === 1 ? 'is 1 lease' : `are ${leases.length} leases`}, ${all ? 'of' : 'the nearest of'} ${near.join(', ')}.`,
  );
}

const distance = (shardId: string, wanted: string) => Math.abs(numberIn(shardId) - numberIn(wanted));
const numberIn = (shardId: string) => Number(/\d+$/.exec(shardId)?.[0] ?? 0);
