import type { StatsdLine } from './StatsdLine.ts';
import { StatsdSeries } from './StatsdSeries.ts';

/** The sum since the last flush. */
export class CounterSeries extends StatsdSeries {
  #sum = 0;

  override record(value: number): void {
    this.#sum += value;
  }

  override take(): StatsdLine[] {
    const value = this.#sum;
    this.#sum = 0;
    return [{ named: this.named, value, type: 'c', rate: 1 }];
  }
}
