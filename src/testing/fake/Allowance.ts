/**
 * A token bucket that holds one second's worth: what a limit "per second" of the service comes to.
 *
 * It has no timer: it is filled by the time that has passed whenever it is asked.
 */
export class Allowance {
  readonly perSecond: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, nowMs: number) {
    this.perSecond = perSecond;
    this.#level = perSecond;
    this.#at = nowMs;
  }

  /** Whether `amount` is there now. More than a full bucket is allowed from a full bucket, and then owed. */
  allows(amount: number, nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#level >= Math.min(amount, this.perSecond);
  }

  /** Takes `amount`, without asking. */
  take(amount: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#level -= amount;
  }

  /** Takes `amount` if it is there, and says whether it was. */
  tryTake(amount: number, nowMs: number): boolean {
    const allowed = this.allows(amount, nowMs);
    if (allowed) this.#level -= amount;
    return allowed;
  }

  #fill(nowMs: number): void {
    if (nowMs <= this.#at) return;
    this.#level = Math.min(this.perSecond, this.#level + ((nowMs - this.#at) * this.perSecond) / 1_000);
    this.#at = nowMs;
  }
}
