import {
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  retry,
  type SchedulerLike,
  throwError,
  timer,
} from 'rxjs';
import { CheckpointStoreError, type Lease } from '../../index.ts';
import { generationsOf } from '../../internal/generationsOf.ts';
import { formatPlace } from './formatPlace.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { Move, Moved } from './Move.ts';

/** How often a lease is read anew that its worker wrote between the reading and the writing, and how long between. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;
/** How often a call is repeated that may have been made. */
const REPETITIONS = 2;
const AT_A_TIME = 8;

/** Puts shards to new places, parents before their children, and emits each that was; errors, once what is under way is over, if one was not. */
export function moveShards(
  { store, scanMs }: Pick<LeaseStore, 'store' | 'scanMs'>,
  moves: readonly Move[],
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Moved> {
  const patiently = <T>(call: Observable<T>) =>
    call.pipe(
      retry({
        count: REPETITIONS,
        delay: (error: unknown) =>
          error instanceof CheckpointStoreError && error.retryable
            ? timer(PAUSE_MS, scheduler)
            : throwError(() => error),
      }),
    );
  const read = (streamName: string) =>
    patiently(defer(() => from(store.leases(streamName)))).pipe(
      map((leases) => new Map(leases.map((lease) => [lease.shardId, lease]))),
    );

  const move = (lease: Lease | undefined, wanted: Move, attempt = 1): Observable<Moved> => {
    if (!lease) return throwError(() => gone(wanted.lease));
    return patiently(defer(() => from(store.putBack(lease, wanted.to)))).pipe(
      concatMap((after) => {
        if (after) return of({ before: lease, after });
        if (attempt === ATTEMPTS) return throwError(() => lost(lease, formatPlace(wanted.to)));
        return timer(PAUSE_MS, scheduler).pipe(
          concatMap(() => read(lease.streamName)),
          concatMap((current) => move(current.get(lease.shardId), wanted, attempt + 1)),
        );
      }),
    );
  };

  const moveAll = (some: readonly Move[], current: ReadonlyMap<string, Lease>): Observable<Moved> => {
    const failures: unknown[] = [];
    const noting = (each: Move) =>
      move(current.get(each.lease.shardId), each).pipe(
        catchError((error: unknown) => {
          failures.push(error);
          return EMPTY;
        }),
      );
    const verdict = defer(() => (failures.length > 0 ? throwError(() => failures[0]) : EMPTY));
    return concat(merge(...some.map(noting)), verdict);
  };

  // Who sees a child at its new place must see its parent at its own, and so wait for it.
  const generations = generationsOf(
    moves,
    ({ lease }) => lease.shardId,
    ({ lease }) => lease.parentShardIds,
  );
  return from(generations).pipe(
    concatMap((generation, index) =>
      concat(
        // A look at the leases that saw the parents where they were must be over before their children come free.
        timer(index === 0 ? 0 : scanMs, scheduler).pipe(ignoreElements()),
        // Since they were shown somebody may have thought for long.
        defer(() => read(moves[0]?.lease.streamName ?? '')).pipe(
          concatMap((current) => from(chunksOf(generation)).pipe(concatMap((some) => moveAll(some, current)))),
        ),
      ),
    ),
  );
}

const chunksOf = (moves: readonly Move[]) =>
  Array.from({ length: Math.ceil(moves.length / AT_A_TIME) }, (_, n) =>
    moves.slice(n * AT_A_TIME, (n + 1) * AT_A_TIME),
  );

const gone = ({ shardId }: Lease) =>
  new Error(`The lease of shard ${shardId} is gone: its shard has expired, or somebody removed it.`);

const lost = ({ shardId, owner }: Lease, place: string) =>
  new Error(
    `Shard ${shardId} was not put to ${place}: each of ${ATTEMPTS} times ` +
      `${owner === undefined ? 'somebody' : `its worker ${owner}`} wrote its lease in between. Nothing of it was changed. Repeat the command.`,
  );
