import type { Lease } from '../checkpoint/Lease.ts';

/**
 * What this worker has seen of the counters of leases, on its own monotonic clock: a lease has expired when its counter has not moved for
 * the lease's duration. Clocks of other machines play no part.
 */
export class LeaseObservations {
  readonly #durationMs: number;
  #seen = new Map<string, { readonly counter: number; readonly sinceMs: number }>();

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** Takes note of a snapshot of all leases, which was asked for at `nowMs` or earlier and answered by `nowMs`. */
  observe(leases: readonly Lease[], nowMs: number): void {
    this.#seen = new Map(
      leases.map(({ shardId, counter }) => {
        const before = this.#seen.get(shardId);
        return [shardId, before?.counter === counter ? before : { counter, sinceMs: nowMs }];
      }),
    );
  }

  hasExpired({ shardId, counter }: Lease, nowMs: number): boolean {
    const seen = this.#seen.get(shardId);
    return seen?.counter === counter && nowMs - seen.sinceMs >= this.#durationMs;
  }
}
