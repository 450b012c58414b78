import type { StatsdLine } from './StatsdLine.ts';
import { type StatsdName, StatsdSeries } from './StatsdSeries.ts';

/** The last value, which stays after a flush. */
export class GaugeSeries extends StatsdSeries {
  readonly #isSigned: boolean;
  #value = 0;

  /** @param isSigned a minus makes it a difference, as in plain StatsD: a gauge goes below zero by way of zero */
  constructor(named: StatsdName, isSigned: boolean) {
    super(named);
    this.#isSigned = isSigned;
  }

  override record(value: number): void {
    this.#value = value;
  }

  override take(): StatsdLine[] {
    const line = { named: this.named, value: this.#value, type: 'g', rate: 1 } as const;
    return this.#isSigned && line.value < 0 ? [{ ...line, value: 0 }, line] : [line];
  }
}
