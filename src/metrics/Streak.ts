import type { Observe } from './CollectorView.ts';
import type { MetricLabels } from './MetricsCollector.ts';

/** How far values may be from the first of their streak, relative to it. */
const TOLERANCE = 0.005;

/**
 * Observations of a histogram that come in a row and hardly differ, as those of the records of one answer: they are reported as one, by their
 * mean and how many they are. Counts and sums stay exact, and each value right within 1 %.
 */
export class Streak {
  readonly #observe: Observe;
  #labels: MetricLabels | undefined;
  #least = 0;
  #greatest = 0;
  #sum = 0;
  #times = 0;

  constructor(observe: Observe) {
    this.#observe = observe;
  }

  add(labels: MetricLabels, value: number): void {
    if (labels !== this.#labels || value < this.#least || value > this.#greatest) {
      this.flush();
      this.#labels = labels;
      this.#least = value * (1 - TOLERANCE);
      this.#greatest = value * (1 + TOLERANCE);
    }
    this.#sum += value;
    this.#times += 1;
  }

  /** Reports what has not been. */
  flush(): void {
    const [labels, times, sum] = [this.#labels, this.#times, this.#sum];
    this.#labels = undefined;
    this.#times = 0;
    this.#sum = 0;
    if (labels) this.#observe(labels, sum / times, times);
  }
}
