import { definitionOf } from '../catalogue.ts';
import type { MetricLabels } from '../MetricsCollector.ts';
import { checkLabelName } from './checkPrometheusCollectorOptions.ts';
import type { Family, Series } from './Family.ts';

interface Found<S extends Series> {
  readonly family: Family<S>;
  readonly byLabels: WeakMap<MetricLabels, S>;
}

/** The series of one type that a collector reports: with its constant labels, found again by the labels object it is given. */
export class FoundSeries<S extends Series> {
  readonly #user: object;
  readonly #constant: MetricLabels;
  readonly #familyOf: (metric: string) => Family<S>;
  readonly #byMetric = new Map<string, Found<S>>();

  /**
   * @param user the collector
   * @param familyOf is asked once for each metric
   */
  constructor(user: object, constant: MetricLabels, familyOf: (metric: string) => Family<S>) {
    this.#user = user;
    this.#constant = constant;
    this.#familyOf = familyOf;
  }

  /** Has a metric's family made before its first series. */
  register(metric: string): Found<S> {
    let found = this.#byMetric.get(metric);
    if (!found) {
      found = { family: this.#familyOf(metric), byLabels: new WeakMap() };
      this.#byMetric.set(metric, found);
    }
    return found;
  }

  find(metric: string, labels: MetricLabels): S {
    const known = this.#byMetric.get(metric)?.byLabels.get(labels);
    return known === undefined || known.isGone ? this.#look(metric, labels) : known;
  }

  remove(metric: string, labels: MetricLabels): void {
    this.#byMetric.get(metric)?.family.remove({ ...this.#constant, ...labels });
  }

  #look(metric: string, labels: MetricLabels): S {
    for (const name of Object.keys(labels)) checkLabelName(name);
    const { family, byLabels } = this.register(metric);
    // Those of the catalogue may have more, which taps add.
    if (!definitionOf(metric)) family.holdLabelNames(labels);
    const series = family.find({ ...this.#constant, ...labels }, this.#user);
    byLabels.set(labels, series);
    return series;
  }
}
