import type { Lease } from '../checkpoint/Lease.ts';

interface Seen {
  readonly lease: Lease;
  /** Since when its owner has not been seen to write it. */
  readonly sinceMs: number;
  /** It was seen to have an owner, now or before. */
  readonly wasHeld: boolean;
}

/**
 * What this worker has seen of the counters of leases, on its own monotonic clock: a lease has expired when its counter has not moved for
 * the lease's duration, but by a request for it, which is another's doing. Clocks of other machines play no part.
 */
export class LeaseObservations {
  readonly #durationMs: number;
  #seen: ReadonlyMap<string, Seen> = new Map();
  /** When each worker was last seen to write. */
  #writtenMs: ReadonlyMap<string, number> = new Map();

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** Takes note of a snapshot of all leases, which was asked for at `nowMs` or earlier and answered by `nowMs`. */
  observe(leases: readonly Lease[], nowMs: number): void {
    const writtenMs = new Map([...this.#writtenMs].filter(([, ms]) => nowMs - ms < this.#durationMs));
    const note = (lease: Lease): Seen => {
      const before = this.#seen.get(lease.shardId);
      if (before?.lease.counter === lease.counter) return before;
      const wasHeld = lease.owner !== undefined || before?.wasHeld === true;
      if (before && isJustAskedFor(before.lease, lease)) return { lease, sinceMs: before.sinceMs, wasHeld };
      if (before && lease.owner !== undefined) writtenMs.set(lease.owner, nowMs);
      return { lease, sinceMs: nowMs, wasHeld };
    };
    this.#seen = new Map(leases.map((lease) => [lease.shardId, note(lease)]));
    this.#writtenMs = writtenMs;
  }

  /** When the first of the leases will have expired that have owners; Infinity if none has. */
  nextExpiryMs(leases: readonly Lease[]): number {
    let next = Infinity;
    for (const { shardId, owner } of leases) {
      const seen = owner === undefined ? undefined : this.#seen.get(shardId);
      if (seen) next = Math.min(next, seen.sinceMs + this.#durationMs);
    }
    return next;
  }

  /** When a reader of the shard was seen last, by its writes, its release among them; undefined if none was. */
  readUntilMs({ shardId }: Lease): number | undefined {
    const seen = this.#seen.get(shardId);
    return seen?.wasHeld === true ? seen.sinceMs : undefined;
  }

  hasExpired({ shardId, counter }: Lease, nowMs: number): boolean {
    const seen = this.#seen.get(shardId);
    return seen?.lease.counter === counter && nowMs - seen.sinceMs >= this.#durationMs;
  }

  /** Whether the worker was seen to write a lease within the duration of one. */
  isAlive(workerId: string, nowMs: number): boolean {
    return nowMs - (this.#writtenMs.get(workerId) ?? -Infinity) < this.#durationMs;
  }
}

/** A single write lies between the two, and it was the request of somebody who wants the lease. */
const isJustAskedFor = (before: Lease, after: Lease): boolean =>
  after.counter === before.counter + 1 &&
  before.nextOwner === undefined &&
  after.nextOwner !== undefined &&
  before.owner === after.owner &&
  before.token === after.token;
