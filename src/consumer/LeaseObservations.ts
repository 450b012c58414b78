import type { Lease } from '../checkpoint/Lease.ts';

/** A lease is renewed every third of its duration: one that stood still for longer has missed a renewal. */
const OVERDUE = 0.5;

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

  /** When the first lease will have expired of those that have not been renewed for most of their duration; Infinity if there are none. */
  nextExpiryMs(leases: readonly Lease[], nowMs: number): number {
    let next = Infinity;
    for (const { shardId, owner } of leases) {
      const sinceMs = owner === undefined ? Infinity : (this.#seen.get(shardId)?.sinceMs ?? Infinity);
      if (nowMs - sinceMs >= this.#durationMs * OVERDUE) next = Math.min(next, sinceMs + this.#durationMs);
    }
    return next;
  }

  hasExpired({ shardId, counter }: Lease, nowMs: number): boolean {
    const seen = this.#seen.get(shardId);
    return seen?.counter === counter && nowMs - seen.sinceMs >= this.#durationMs;
  }
}
