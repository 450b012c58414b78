import type { MetricLabels } from '../MetricsCollector.ts';
import { SeriesTable } from '../SeriesTable.ts';

/** A line of the exposition, as prom-client writes them. */
export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Labels of all lines of a series, which prom-client writes after the others, and formats once. */
  readonly sharedLabels?: MetricLabels;
  readonly value: number;
}

export interface Series {
  isGone: boolean;
  /** The collectors that report it. */
  readonly users: Set<object>;
  samples(metricName: string): Iterable<Sample>;
}

/** What the figures of several processes are made to one by. */
export type Aggregator = 'sum' | 'max';

export type FamilyType = 'counter' | 'gauge' | 'histogram';

export interface FamilyDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly aggregator: Aggregator;
}

interface Exposition extends FamilyDefinition {
  readonly values: Sample[];
}

/**
 * All series of one metric, in one registry, which asks for them when it is scraped. Metrics of prom-client look labels up by their text at each
 * call, which would cost more than a record does.
 */
export class Family<S extends Series = Series> {
  /** A registry that writes OpenMetrics takes `_total` from it, so nothing is kept by it. */
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly aggregator: Aggregator;
  readonly #series: SeriesTable<S>;
  #labelNames: string | undefined;

  constructor({ name, help, type, aggregator }: FamilyDefinition, make: (labels: MetricLabels) => S) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.aggregator = aggregator;
    this.#series = new SeriesTable((_metric, labels) => make(labels));
  }

  /** The series of these labels, which `user` reports from now on. */
  find(labels: MetricLabels, user: object): S {
    const series = this.#series.find('', labels);
    series.users.add(user);
    return series;
  }

  /** Removes gauges that nobody but `user` reports: what was counted stays. */
  leave(user: object): void {
    this.#series.removeWhere(({ users }) => users.delete(user) && users.size === 0 && this.type === 'gauge');
  }

  remove(labels: MetricLabels): void {
    this.#series.remove('', labels);
  }

  /** @throws TypeError when labels do not have the names of those that it was called with first */
  holdLabelNames(labels: MetricLabels): void {
    const names = Object.keys(labels).sort().join(', ') || 'none';
    this.#labelNames ??= names;
    if (names === this.#labelNames) return;
    throw new TypeError(
      `metric ${this.name} has the labels ${this.#labelNames} in this registry, and cannot have ${names}, too`,
    );
  }

  /** What a registry of prom-client calls of each of its metrics to write them as text. */
  getForPromString(): Promise<Exposition> {
    const { name, help, type, aggregator } = this;
    const values = [...this.#series.all].flatMap((series) => [...series.samples(name)]);
    return Promise.resolve({ name, help, type, values, aggregator });
  }

  /** What it calls for anything else. */
  async get(): Promise<Exposition> {
    const exposition = await this.getForPromString();
    const values = exposition.values.map(({ sharedLabels, labels, ...sample }) => ({
      ...sample,
      labels: { ...labels, ...sharedLabels },
    }));
    return { ...exposition, values };
  }

  /** Forgets all series, as `resetMetrics()` of a registry wants. */
  reset(): void {
    this.#series.removeWhere(() => true);
  }
}
