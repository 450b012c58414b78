import { firstValueFrom, from } from 'rxjs';
import { CheckpointStoreError, type Lease } from '../../index.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { StoreFlags } from './StoreFlags.ts';
import { WrongInput } from './WrongInput.ts';

const NO_TABLE = /^(There is no table .+), and createTable is false/;

/** The leases of the stream, by shard; at least one. */
export async function readLeases(
  { store, place, naming }: LeaseStore,
  { application, stream }: Pick<StoreFlags, 'application' | 'stream'>,
): Promise<readonly Lease[]> {
  const leases = await firstValueFrom(from(store.leases(stream))).catch((error: unknown) => {
    // What a worker would do about it, which is to create one, is not what is wanted here.
    const [, said] = error instanceof CheckpointStoreError ? (NO_TABLE.exec(error.message) ?? []) : [];
    throw said === undefined ? error : new WrongInput(`${said}. Check ${naming}.`);
  });
  if (leases.length > 0) return leases.toSorted((a, b) => (a.shardId < b.shardId ? -1 : 1));
  throw new WrongInput(
    `There are no leases of stream ${stream} for application ${application} in ${place}: no worker has read it with these names. ` +
      `Check ${naming}.`,
  );
}
