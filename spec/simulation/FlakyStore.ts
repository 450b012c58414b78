import { defer, from, mergeMap, NEVER, type Observable, observeOn, type SchedulerLike, throwError, timer } from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import type { VirtualClock } from '../support/VirtualClock.ts';
import type { Chance } from './Chance.ts';
import type { Observer } from './Observer.ts';

export interface FlakyStoreSite {
  readonly clock: VirtualClock;
  /** Of the process that hears the answers. */
  readonly process: SchedulerLike;
  readonly chance: Chance;
  readonly observer: Observer;
  readonly workerId: string;
}

/** How one worker sees the store: through a network with delays, errors, lost replies and cuts. Tells the observer what is written. */
export class FlakyStore {
  /** The share of calls that go wrong. */
  trouble = 0;
  /** Calls are answered never; some have their effect much later. */
  isCut = false;
  /** The process is gone: its calls do nothing. */
  isSevered = false;
  calls = 0;
  readonly view: CheckpointStore;
  readonly #clock: VirtualClock;
  readonly #process: SchedulerLike;
  readonly #chance: Chance;

  constructor(store: CheckpointStore, { clock, process, chance, observer, workerId }: FlakyStoreSite) {
    this.#clock = clock;
    this.#process = process;
    this.#chance = chance;
    const write = (call: () => Observable<Lease | undefined>, seen: (lease: Lease) => void) =>
      this.#through(() => {
        let answer: Lease | undefined;
        call().subscribe((lease) => {
          answer = lease;
          if (lease) seen(lease);
        });
        return answer;
      });
    const asked = <T>(call: () => unknown) =>
      this.#through(() => {
        let answer: unknown;
        (call() as Observable<unknown>).subscribe((value) => (answer = value));
        return answer as T;
      });
    const written = (call: () => unknown) => call as () => Observable<Lease | undefined>;
    this.view = {
      leases: (stream) => asked<readonly Lease[]>(() => store.leases(stream)),
      create: (stream, leases) => asked(() => store.create(stream, leases)),
      take: (lease, taker) =>
        write(
          written(() => store.take(lease, taker)),
          (taken) => observer.taken(taken, workerId),
        ),
      renew: (lease) =>
        write(
          written(() => store.renew(lease)),
          () => undefined,
        ),
      checkpoint: (lease, checkpoint, childShardIds) =>
        write(
          written(() => store.checkpoint(lease, checkpoint, childShardIds)),
          (stored) => observer.stored(stored.shardId, stored.checkpoint),
        ),
      requestHandOver: (lease, id) =>
        write(
          written(() => store.requestHandOver(lease, id)),
          ({ shardId }) => observer.note(`${workerId} asks for ${shardId.slice(-3)}`),
        ),
      release: (lease) =>
        write(
          written(() => store.release(lease)),
          ({ shardId }) => observer.note(`${workerId} releases ${shardId.slice(-3)}`),
        ),
      remove: (lease) => asked<boolean>(() => store.remove(lease)),
    };
  }

  #through<T>(perform: () => T): Observable<T> {
    return defer(() => {
      this.calls += 1;
      const chance = this.#chance;
      if (this.isSevered) return NEVER;
      if (this.isCut) {
        // The request is stuck on its way, and may arrive after whoever sent it has given up.
        if (chance.is(0.3)) {
          const arrive = () => {
            if (!this.isSevered) perform();
          };
          this.#clock.schedule(arrive, chance.from(500, 12_000));
        }
        return NEVER;
      }
      const answer = () => from([perform()]);
      const fails = () => throwError(() => new CheckpointStoreError('the store had a hiccup', { retryable: true }));
      const isTroubled = chance.is(this.trouble);
      const isLost = isTroubled && chance.is(0.5);
      return timer(chance.from(0, 15), this.#clock).pipe(
        mergeMap(() => {
          if (!isTroubled) return answer();
          if (isLost) perform();
          return timer(5, this.#clock).pipe(mergeMap(fails));
        }),
        observeOn(this.#process),
      );
    });
  }
}
