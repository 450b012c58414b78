import type { MetricLabels } from './MetricsCollector.ts';

/**
 * The series of one kind of metric. Labels find theirs by identity, in the time of two look-ups; others that are equal, in whatever
 * order, find the same one.
 */
export class SeriesTable<S extends { isGone: boolean }> {
  readonly #make: (metric: string, labels: MetricLabels) => S;
  readonly #byKey = new Map<string, S>();
  readonly #byLabels = new Map<string, WeakMap<MetricLabels, S>>();

  constructor(make: (metric: string, labels: MetricLabels) => S) {
    this.#make = make;
  }

  /** Those that were not removed. */
  get all(): IterableIterator<S> {
    return this.#byKey.values();
  }

  find(metric: string, labels: MetricLabels): S {
    const known = this.#byLabels.get(metric)?.get(labels);
    return known === undefined || known.isGone ? this.#look(metric, labels) : known;
  }

  remove(metric: string, labels: MetricLabels): void {
    const key = keyOf(metric, labels);
    const series = this.#byKey.get(key);
    if (series) series.isGone = true;
    this.#byKey.delete(key);
  }

  removeWhere(isOver: (series: S) => boolean): void {
    for (const [key, series] of this.#byKey) {
      if (!isOver(series)) continue;
      series.isGone = true;
      this.#byKey.delete(key);
    }
  }

  #look(metric: string, labels: MetricLabels): S {
    const key = keyOf(metric, labels);
    const kept = this.#byKey.get(key);
    const series = kept === undefined || kept.isGone ? this.#make(metric, labels) : kept;
    this.#byKey.set(key, series);
    const byLabels = this.#byLabels.get(metric) ?? new WeakMap<MetricLabels, S>();
    this.#byLabels.set(metric, byLabels.set(labels, series));
    return series;
  }
}

const keyOf = (metric: string, labels: MetricLabels): string =>
  JSON.stringify([metric, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
