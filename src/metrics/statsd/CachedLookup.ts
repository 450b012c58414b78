import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { SchedulerLike } from 'rxjs';

type Found = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/** How long an address is used before its name is looked up again. */
const TTL_MS = 60_000;

/**
 * Looks the name of one host up at most once a minute, and goes on with its last address where it cannot be looked up.
 * An address, such as that which the socket itself is bound to, is its own answer.
 */
export class CachedLookup {
  readonly #scheduler: SchedulerLike;
  readonly #lookup: typeof lookup;
  #address: string | undefined;
  #freshUntil = -Infinity;
  #waiting: Found[] = [];

  /** @param resolve what looks up; default that of the operating system */
  constructor(scheduler: SchedulerLike, resolve: typeof lookup = lookup) {
    this.#scheduler = scheduler;
    this.#lookup = resolve;
  }

  /** As `dns.lookup` with the family 4, which is how a UDP socket calls it. */
  find(host: string, found: Found): void {
    if (isIP(host) !== 0) {
      found(null, host, 4);
      return;
    }
    if (this.#address !== undefined && this.#scheduler.now() < this.#freshUntil) {
      found(null, this.#address, 4);
      return;
    }
    this.#waiting.push(found);
    if (this.#waiting.length > 1) return;
    this.#lookup(host, 4, (error, address) => {
      if (!error) this.#address = address;
      this.#freshUntil = this.#scheduler.now() + TTL_MS;
      const waiting = this.#waiting;
      this.#waiting = [];
      const known = this.#address;
      for (const each of waiting) each(known === undefined ? error : null, known ?? '', 4);
    });
  }
}
