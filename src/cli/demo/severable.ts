import { defer, NEVER, type ObservableInput } from 'rxjs';
import type { CheckpointStore } from '../../index.ts';

/** A store, and the wire to it. */
export interface SeverableStore {
  readonly store: CheckpointStore;
  /** From now on no call arrives, and none is answered: so a store sees a process that was killed. */
  sever(): void;
}

/** The same store for one reader, over a wire that can be cut. */
export function severable(store: CheckpointStore): SeverableStore {
  let isSevered = false;
  const wire = <T>(call: () => ObservableInput<T>): ObservableInput<T> => defer(() => (isSevered ? NEVER : call()));
  return {
    store: {
      leases: (...args) => wire(() => store.leases(...args)),
      create: (...args) => wire(() => store.create(...args)),
      take: (...args) => wire(() => store.take(...args)),
      renew: (...args) => wire(() => store.renew(...args)),
      checkpoint: (...args) => wire(() => store.checkpoint(...args)),
      requestHandOver: (...args) => wire(() => store.requestHandOver(...args)),
      release: (...args) => wire(() => store.release(...args)),
      remove: (...args) => wire(() => store.remove(...args)),
      changes: (...args) => wire(() => store.changes?.(...args) ?? NEVER),
    },
    sever() {
      isSevered = true;
    },
  };
}
