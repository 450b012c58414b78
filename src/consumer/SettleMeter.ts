import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import type { DeliveryClock } from './DeliveryClock.ts';

/** So many settled records make one event. */
const BATCH = 500;

/** Collects how long records took from their arrival in the stream to their settling, and reports them in batches. */
export class SettleMeter {
  readonly #streamName: string;
  readonly #diagnostics: Diagnostics;
  readonly #clock: DeliveryClock;
  #endToEndMs: number[] = [];

  constructor(streamName: string, diagnostics: Diagnostics, clock: DeliveryClock) {
    this.#streamName = streamName;
    this.#diagnostics = diagnostics;
    this.#clock = clock;
  }

  /** @param arrivalMs the time of day at which the record arrived */
  settled(arrivalMs: number): void {
    this.#endToEndMs.push(Math.max(0, this.#clock.wallNow() - arrivalMs));
    if (this.#endToEndMs.length >= BATCH) this.flush();
  }

  /** Reports what was collected since the last time. */
  flush(): void {
    const endToEndMs = this.#endToEndMs;
    if (endToEndMs.length === 0) return;
    this.#endToEndMs = [];
    this.#diagnostics.emit({ type: 'settled', streamName: this.#streamName, records: endToEndMs.length, endToEndMs });
  }
}
