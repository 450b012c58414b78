import type { Attributes, ObservableGauge, ObservableResult } from '@opentelemetry/api';
import type { MetricLabels } from '../MetricsCollector.ts';
import { SeriesTable } from '../SeriesTable.ts';

interface GaugeSeries {
  readonly attributes: Attributes;
  value: number;
  isGone: boolean;
}

/** A gauge whose series are observed at each collection, for as long as they are there. */
export class ObservedGauge {
  readonly #metric: string;
  readonly #instrument: ObservableGauge;
  readonly #series: SeriesTable<GaugeSeries>;
  readonly #observe = (result: ObservableResult) => {
    for (const { value, attributes } of this.#series.all) result.observe(value, attributes);
  };

  constructor(metric: string, instrument: ObservableGauge, attributesOf: (labels: MetricLabels) => Attributes) {
    this.#metric = metric;
    this.#instrument = instrument;
    this.#series = new SeriesTable((_metric, labels) => ({
      attributes: attributesOf(labels),
      value: 0,
      isGone: false,
    }));
    instrument.addCallback(this.#observe);
  }

  set(labels: MetricLabels, value: number): void {
    this.#series.find(this.#metric, labels).value = value;
  }

  remove(labels: MetricLabels): void {
    this.#series.remove(this.#metric, labels);
  }

  close(): void {
    this.#instrument.removeCallback(this.#observe);
  }
}
