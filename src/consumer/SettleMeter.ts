import type { TimedRecords } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { Streak } from '../internal/Streak.ts';
import type { DeliveryClock } from './DeliveryClock.ts';

/** So many settled records make one event. */
const BATCH = 500;
const NONE = new Float64Array(0);

/**
 * Collects how long records took from their arrival in the stream to their settling, and reports them in batches. Those that are settled
 * one after the other while the clock stands cost little more than being counted: their times are taken together, once the last is done.
 */
export class SettleMeter {
  readonly #streamName: string;
  readonly #diagnostics: Diagnostics;
  readonly #clock: DeliveryClock;
  readonly #streak = new Streak((ms, records) => this.#endToEnd.push({ ms, records }));
  #endToEnd: TimedRecords[] = [];
  #records = 0;
  #isStopped = false;
  /** The records from `#start` to `#end` of these were settled at the same time. */
  #arrivalsMs: Float64Array = NONE;
  #start = 0;
  #end = 0;
  /** With those before this one of them there is a batch, which is reported when it is settled. */
  #full = 0;
  #settledMs = 0;
  /** What the clock said of that; NaN, which is like nothing, where it does not stand. */
  #standing = NaN;

  constructor(streamName: string, diagnostics: Diagnostics, clock: DeliveryClock) {
    this.#streamName = streamName;
    this.#diagnostics = diagnostics;
    this.#clock = clock;
  }

  /**
   * @param arrivalsMs the times of day at which records arrived; NaN: unknown
   * @param index which of them was settled
   */
  settled(arrivalsMs: Float64Array, index: number): void {
    const isNext =
      index === this.#end && arrivalsMs === this.#arrivalsMs && this.#clock.standingAt(index) === this.#standing;
    if (!isNext) this.#begin(arrivalsMs, index);
    this.#end = index + 1;
    // Of this one it is not known yet how long it takes.
    if (this.#isStopped) this.flush();
    else if (index >= this.#full) this.#report(index);
  }

  /** Nobody flushes any more: reports what was collected, and each record that is settled late by itself. */
  stop(): void {
    this.#isStopped = true;
    this.flush();
  }

  /** Reports what was collected since the last time. */
  flush(): void {
    this.#report(this.#end);
  }

  #report(end: number): void {
    this.#take(end);
    this.#full = end + BATCH;
    if (this.#records === 0) return;
    this.#streak.flush();
    const [endToEnd, records] = [this.#endToEnd, this.#records];
    this.#endToEnd = [];
    this.#records = 0;
    this.#diagnostics.emit({ type: 'settled', streamName: this.#streamName, records, endToEnd });
  }

  #begin(arrivalsMs: Float64Array, index: number): void {
    this.#take(this.#end);
    this.#arrivalsMs = arrivalsMs;
    this.#start = this.#end = index;
    this.#full = index + BATCH - this.#records;
    this.#standing = this.#clock.standingAt(index) || NaN;
    this.#settledMs = this.#clock.wallNow(index);
  }

  #take(end: number): void {
    if (end <= this.#start) return;
    const last = end - 1;
    if (last > this.#start && !this.#takeAlike(this.#start, last)) {
      for (let index = this.#start; index < last; index += 1) this.#takeOne(index, this.#settledMs);
    }
    this.#takeOne(last, this.#settledMs + this.#clock.overrunMs(this.#standing, last));
    this.#start = end;
  }

  /** Takes the times of records that hardly differ in them; answers whether they do not, and all are known. */
  #takeAlike(start: number, end: number): boolean {
    const [arrivalsMs, settledMs] = [this.#arrivalsMs, this.#settledMs];
    let [least, greatest, sum] = [Infinity, 0, 0];
    for (let index = start; index < end; index += 1) {
      const ms = settledMs - (arrivalsMs[index] ?? NaN);
      sum += ms;
      if (ms < least) least = ms;
      if (ms > greatest) greatest = ms;
    }
    if (Number.isNaN(sum) || !this.#streak.addAlike(least, greatest, sum, end - start)) return false;
    this.#records += end - start;
    return true;
  }

  #takeOne(index: number, settledMs: number): void {
    const arrivalMs = this.#arrivalsMs[index] ?? NaN;
    if (Number.isNaN(arrivalMs)) return;
    this.#streak.add(Math.max(0, settledMs - arrivalMs));
    this.#records += 1;
  }
}
