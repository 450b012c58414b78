import type { TimedRecords } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { Streak } from '../internal/Streak.ts';
import type { DeliveryClock } from './DeliveryClock.ts';

/** So many settled records make one event. */
const BATCH = 500;

/** Collects how long records took from their arrival in the stream to their settling, and reports them in batches. */
export class SettleMeter {
  readonly #streamName: string;
  readonly #diagnostics: Diagnostics;
  readonly #clock: DeliveryClock;
  readonly #streak = new Streak((ms, records) => this.#endToEnd.push({ ms, records }));
  #endToEnd: TimedRecords[] = [];
  #records = 0;
  #batch = BATCH;

  constructor(streamName: string, diagnostics: Diagnostics, clock: DeliveryClock) {
    this.#streamName = streamName;
    this.#diagnostics = diagnostics;
    this.#clock = clock;
  }

  /** @param arrivalMs the time of day at which the record arrived */
  settled(arrivalMs: number): void {
    this.#streak.add(Math.max(0, this.#clock.wallNow() - arrivalMs));
    this.#records += 1;
    if (this.#records >= this.#batch) this.flush();
  }

  /** Nobody flushes any more: reports what was collected, and each record that is settled late by itself. */
  stop(): void {
    this.#batch = 1;
    this.flush();
  }

  /** Reports what was collected since the last time. */
  flush(): void {
    if (this.#records === 0) return;
    this.#streak.flush();
    const [endToEnd, records] = [this.#endToEnd, this.#records];
    this.#endToEnd = [];
    this.#records = 0;
    this.#diagnostics.emit({ type: 'settled', streamName: this.#streamName, records, endToEnd });
  }
}
