import type { MetricLabels } from '../MetricsCollector.ts';
import { SeriesTable } from '../SeriesTable.ts';

/** A line of the exposition, as prom-client writes them. */
export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface Series {
  isGone: boolean;
  samples(metricName: string): Iterable<Sample>;
}

export type FamilyType = 'counter' | 'gauge' | 'histogram';

/**
 * All series of one metric, in one registry, which asks for them when it is scraped. Metrics of prom-client look labels up by their text at each
 * call, which would cost more than a record does.
 */
export class Family<S extends Series = Series> {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly aggregator = 'sum';
  readonly #series: SeriesTable<S>;

  constructor(name: string, help: string, type: FamilyType, make: (labels: MetricLabels) => S) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#series = new SeriesTable((_metric, labels) => make(labels));
  }

  find(labels: MetricLabels): S {
    return this.#series.find(this.name, labels);
  }

  remove(labels: MetricLabels): void {
    this.#series.remove(this.name, labels);
  }

  /** What a registry of prom-client calls of each of its metrics. */
  get(): Promise<{ name: string; help: string; type: FamilyType; values: Sample[]; aggregator: string }> {
    const { name, help, type, aggregator } = this;
    const values = [...this.#series.all].flatMap((series) => [...series.samples(name)]);
    return Promise.resolve({ name, help, type, values, aggregator });
  }

  /** Forgets all series, as `resetMetrics()` of a registry wants. */
  reset(): void {
    this.#series.clear();
  }
}
