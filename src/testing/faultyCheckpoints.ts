import {
  defer,
  from,
  mergeMap,
  NEVER,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
  throwError,
  timer,
} from 'rxjs';
import type { CheckpointStore } from '../checkpoint/CheckpointStore.ts';
import type { Checkpoint, Lease } from '../checkpoint/Lease.ts';
import { StoreMetrics } from '../metrics/StoreMetrics.ts';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import { describe } from '../internal/checkNumber.ts';
import { checkStoreFault } from './checkStoreFault.ts';

/** A call of a store that can be made to fail. */
export type StoreMethod = Exclude<keyof CheckpointStore, 'changes'>;

/** What goes wrong, and at which calls. What is left out matches all. */
export interface StoreFault {
  /**
   * - `fail`: the call is not made, and errors
   * - `loseReply`: the call is made, and errors all the same
   * - `hang`: the call is not made, and never answered
   * - `delay`: the call is made after `ms`
   */
  readonly effect: 'fail' | 'loseReply' | 'hang' | 'delay';
  readonly method?: StoreMethod | readonly StoreMethod[];
  /** A shard's id; then only calls about one lease match. */
  readonly shard?: string;
  /** It strikes at most so often. From 1; default: without end. */
  readonly times?: number;
  /** It lets so many matching calls pass first. From 0; default 0. */
  readonly after?: number;
  /** What the call errors with. Default: a retryable {@link CheckpointStoreError}. */
  readonly error?: unknown;
  /** For `delay`, in milliseconds. From 0 to 3,600,000; default 0. */
  readonly ms?: number;
  /** What a delay goes by. Default: RxJS' `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Wraps a store so that calls to it go wrong, for tests of what an application does then.
 *
 * The first fault that strikes a call is its only one. `faults` may be added to and taken from while the store is in use;
 * a wrong one that is added errors the next call.
 *
 * @throws TypeError or RangeError naming what is wrong with a fault
 *
 * @example
 * ```ts
 * const checkpoints = faultyCheckpoints(memoryCheckpoints(), [
 *   { effect: 'fail', method: 'renew', times: 3 },
 *   { effect: 'loseReply', method: 'checkpoint', after: 1, times: 1 },
 * ]);
 * ```
 */
export function faultyCheckpoints(store: CheckpointStore, faults: readonly StoreFault[]): CheckpointStore {
  const isList: boolean = Array.isArray(faults);
  if (!isList) throw new TypeError(`faults must be an array; got ${describe(faults)}`);
  faults.forEach(checkStoreFault);
  const matches = new Map<StoreFault, number>();

  const strikes = (fault: StoreFault, method: StoreMethod, shardId: string | undefined): boolean => {
    if (!matches.has(fault)) checkStoreFault(fault);
    if (fault.method !== undefined && ![fault.method].flat().includes(method)) return false;
    if (fault.shard !== undefined && fault.shard !== shardId) return false;
    const ordinal = (matches.get(fault) ?? 0) - (fault.after ?? 0);
    matches.set(fault, (matches.get(fault) ?? 0) + 1);
    return ordinal >= 0 && ordinal < (fault.times ?? Infinity);
  };

  const through = <T>(
    method: StoreMethod,
    shardId: string | undefined,
    call: () => ObservableInput<T>,
  ): Observable<T> =>
    defer(() => {
      const fault = faults.find((each) => strikes(each, method, shardId));
      const perform = defer(() => from(call()));
      if (!fault) return perform;
      const { effect, ms = 0, scheduler } = fault;
      const failure = throwError(() =>
        'error' in fault
          ? fault.error
          : new CheckpointStoreError(`${method} failed, as the test wants it`, { retryable: true, shardId }),
      );
      if (effect === 'delay') return timer(ms, scheduler).pipe(mergeMap(() => perform));
      if (effect === 'loseReply') return perform.pipe(mergeMap(() => failure));
      return effect === 'hang' ? NEVER : failure;
    });

  const faulty: CheckpointStore = {
    leases: (streamName) => through('leases', undefined, () => store.leases(streamName)),
    create: (streamName, leases) => through('create', undefined, () => store.create(streamName, leases)),
    take: (lease, taker) => through('take', lease.shardId, () => store.take(lease, taker)),
    renew: (lease) => through('renew', lease.shardId, () => store.renew(lease)),
    checkpoint: (lease, checkpoint, childShardIds) =>
      through('checkpoint', lease.shardId, () => store.checkpoint(lease, checkpoint, childShardIds)),
    requestHandOver: (lease, workerId) =>
      through('requestHandOver', lease.shardId, () => store.requestHandOver(lease, workerId)),
    release: (lease) => through('release', lease.shardId, () => store.release(lease)),
    remove: (lease) => through('remove', lease.shardId, () => store.remove(lease)),
    ...(store.putBack && {
      putBack: (lease: Lease, checkpoint: Checkpoint) =>
        through('putBack', lease.shardId, () => store.putBack?.(lease, checkpoint) ?? NEVER),
    }),
    ...(store.changes && { changes: (streamName: string) => store.changes?.(streamName) ?? NEVER }),
  };
  StoreMetrics.of(store)?.belongTo(faulty);
  return faulty;
}
