/**
 * Shards of which a lease and the listing of the stream say different things. A doubt lasts once a listing that was asked for an interval after
 * it arose does not dispel it either: one listing alone may be faulty, or older than the lease.
 */
export class LastingDoubts {
  readonly #intervalMs: number;
  #since: ReadonlyMap<string, number> = new Map();
  #lasting: ReadonlySet<string> = new Set();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** These shards are in doubt, and no others. Answers whether one is so newly. */
  note(shardIds: readonly string[], nowMs: number): boolean {
    const before = this.#since;
    this.#since = new Map(shardIds.map((id) => [id, before.get(id) ?? nowMs]));
    this.#lasting = new Set(shardIds.filter((id) => this.#lasting.has(id)));
    return shardIds.some((id) => !before.has(id));
  }

  /** Takes note of a listing that was asked for at `askedMs`, and of which shards it leaves in doubt. */
  confirm(isInDoubt: (shardId: string) => boolean, askedMs: number): void {
    this.#since = new Map([...this.#since].filter(([id]) => isInDoubt(id)));
    const isOld = (sinceMs: number) => askedMs - sinceMs >= this.#intervalMs;
    this.#lasting = new Set([...this.#since].filter(([, sinceMs]) => isOld(sinceMs)).map(([id]) => id));
  }

  /** Whether the doubt about a shard lasts. */
  has(shardId: string): boolean {
    return this.#lasting.has(shardId);
  }
}
