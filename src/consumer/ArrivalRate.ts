/** So much of the shard's time is remembered; what is older counts half each time. */
const WINDOW_MS = 60_000;

/** How fast records arrive in a shard, seen in the records that were read. */
export class ArrivalRate {
  #records = 0;
  #spanMs = 0;
  #lastMs: number | undefined;

  /** Learns from an answer with records, of which the first and the last arrived at these times. */
  observe(records: number, firstMs: number, lastMs: number): void {
    const [before, others] = this.#lastMs === undefined ? [firstMs, records - 1] : [this.#lastMs, records];
    this.#records += others;
    this.#spanMs += Math.max(0, lastMs - before);
    this.#lastMs = Math.max(before, lastMs);
    if (this.#spanMs <= WINDOW_MS) return;
    this.#records /= 2;
    this.#spanMs /= 2;
  }

  /** How many records arrive in `ms`; undefined before the rate is known. */
  recordsIn(ms: number): number | undefined {
    if (ms === 0) return 0;
    return this.#spanMs > 0 ? Math.round((this.#records * ms) / this.#spanMs) : undefined;
  }
}
