import { BaseCollector } from './BaseCollector.ts';
import { type HistogramFigures, HistogramSummary } from './HistogramSummary.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';
import { SeriesTable } from './SeriesTable.ts';

/** All that a collector in memory has, as plain data, by series. */
export interface MetricsSnapshot {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly histograms: Readonly<Record<string, HistogramFigures>>;
}

interface Series<Value> {
  readonly name: string;
  value: Value;
  isGone: boolean;
}

/**
 * Keeps metrics by series: `name{label=value,other=value}`, the labels in order of their names; `name` alone where there are none.
 *
 * A value with a quote, comma, brace or equals sign in it is shown as JSON. Series are in the order in which they came. One that was removed is gone, and begins anew if it is reported again.
 */
export class MemoryCollector extends BaseCollector implements MetricsCollector {
  readonly #keepsValues: boolean;
  #counters!: SeriesTable<Series<number>>;
  #gauges!: SeriesTable<Series<number>>;
  #histograms!: SeriesTable<Series<HistogramSummary>>;

  /** @internal */
  constructor(keepsValues: boolean) {
    super();
    this.#keepsValues = keepsValues;
    this.reset();
  }

  get counters(): Readonly<Record<string, number>> {
    return byName(this.#counters, (value) => value);
  }

  get gauges(): Readonly<Record<string, number>> {
    return byName(this.#gauges, (value) => value);
  }

  get histograms(): Readonly<Record<string, HistogramSummary>> {
    return byName(this.#histograms, (value) => value);
  }

  /** What there is at this moment, for JSON, too: frozen, and later calls do not change it. */
  snapshot(): MetricsSnapshot {
    return Object.freeze({
      counters: this.counters,
      gauges: this.gauges,
      histograms: byName(this.#histograms, ({ figures }) => figures),
    });
  }

  /** Forgets everything. */
  reset(): void {
    this.#counters = table(() => 0);
    this.#gauges = table(() => 0);
    this.#histograms = table(() => new HistogramSummary(this.#keepsValues));
  }

  override increment(metric: string, labels: MetricLabels, value: number): void {
    if (Number.isFinite(value) && value >= 0) this.#counters.find(metric, labels).value += value;
  }

  override gauge(metric: string, labels: MetricLabels, value: number): void {
    if (Number.isFinite(value)) this.#gauges.find(metric, labels).value = value;
  }

  override histogram(metric: string, labels: MetricLabels, value: number): void {
    this.histogramTimes(metric, labels, value, 1);
  }

  histogramTimes(metric: string, labels: MetricLabels, value: number, times: number): void {
    if (Number.isFinite(value)) this.#histograms.find(metric, labels).value.observe(value, times);
  }

  remove(metric: string, labels: MetricLabels): void {
    for (const each of [this.#counters, this.#gauges, this.#histograms]) each.remove(metric, labels);
  }
}

const table = <Value>(start: () => Value) =>
  new SeriesTable<Series<Value>>((metric, labels) => ({ name: nameOf(metric, labels), value: start(), isGone: false }));

function nameOf(metric: string, labels: MetricLabels): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0
    ? metric
    : `${metric}{${pairs.map(([name, value]) => `${name}=${shown(value)}`).join(',')}}`;
}

/** As it is, or as JSON where it could be taken for more than a value. */
const shown = (value: string) => (/["',={}]/.test(value) ? JSON.stringify(value) : value);

const byName = <Value, Shown>(series: SeriesTable<Series<Value>>, show: (value: Value) => Shown) =>
  Object.freeze(Object.fromEntries([...series.all].map(({ name, value }) => [name, show(value)])));
