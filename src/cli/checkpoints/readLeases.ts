import { firstValueFrom, from } from 'rxjs';
import type { Lease } from '../../index.ts';
import type { LeaseStore } from './LeaseStore.ts';
import { storeFailure } from './storeFailure.ts';
import type { StoreFlags } from './StoreFlags.ts';
import { WrongInput } from './WrongInput.ts';

/** The leases of the stream, by shard; at least one. */
export async function readLeases(
  open: LeaseStore,
  { application, stream }: Pick<StoreFlags, 'application' | 'stream'>,
): Promise<readonly Lease[]> {
  const { store, place, naming } = open;
  const leases = await firstValueFrom(from(store.leases(stream))).catch((error: unknown) => {
    throw storeFailure(error, open);
  });
  if (leases.length > 0) return leases.toSorted((a, b) => (a.shardId < b.shardId ? -1 : 1));
  throw new WrongInput(
    `There are no leases of stream ${stream} for application ${application} in ${place}: no worker has read it with these names. ` +
      `Check ${naming}.`,
  );
}
