import type { Delivery } from '../record/Delivery.ts';
import type { KinesisRecord } from '../record/KinesisRecord.ts';

/**
 * A record that was processed at the very time at which it was delivered, and those after it until the clock of deliveries moves. Each took 0 ms,
 * except perhaps the last: see {@link Instant.overrunMs}.
 */
export class Instant {
  /** How many have followed. */
  followers = 0;
  readonly #delivery: Delivery;
  readonly #clock: Delivery['origin']['clock'];
  readonly #standing: number;
  #lastIndex: number;

  /** That of a record; undefined where the clock goes on. */
  static of({ delivery, index }: KinesisRecord<unknown>): Instant | undefined {
    const standing = delivery.origin.clock.standingAt?.(index);
    return standing ? new Instant(delivery, index, standing) : undefined;
  }

  private constructor(delivery: Delivery, index: number, standing: number) {
    this.#delivery = delivery;
    this.#clock = delivery.origin.clock;
    this.#standing = standing;
    this.#lastIndex = index;
  }

  /** Counts a record that follows; answers whether it does. */
  holds({ delivery, index }: KinesisRecord<unknown>): boolean {
    if (delivery !== this.#delivery || index <= this.#lastIndex || this.#clock.standingAt?.(index) !== this.#standing)
      return false;
    this.#lastIndex = index;
    this.followers += 1;
    return true;
  }

  /** For how long the last was handled, if that was long. */
  get overrunMs(): number {
    return this.#clock.overrunMs?.(this.#standing, this.#lastIndex) ?? 0;
  }
}
