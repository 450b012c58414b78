import { register } from 'prom-client';
import { BaseCollector } from '../BaseCollector.ts';
import { definitionOf, METRICS } from '../catalogue.ts';
import type { MetricLabels, MetricsCollector } from '../MetricsCollector.ts';
import { checkLabelName, checkName, checkPrometheusCollectorOptions } from './checkPrometheusCollectorOptions.ts';
import { Family, type FamilyType, type Series } from './Family.ts';
import { HistogramSeries } from './HistogramSeries.ts';
import { NumberSeries } from './NumberSeries.ts';
import type { PrometheusCollectorOptions } from './PrometheusCollectorOptions.ts';
import { RegistryFamilies } from './RegistryFamilies.ts';

/**
 * A collector that has metrics scraped by Prometheus, through a registry of `prom-client`.
 *
 * Every metric of the catalogue is registered at once, and so has its help and type on the page before its first series. Collectors on
 * one registry share metrics, whatever their constant labels; series of shards that go are removed.
 * Metrics of your own are registered when they are first reported.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { register } from 'prom-client';
 * import { setMetricsCollector } from 'rxjs-kinesis';
 * import { prometheusCollector } from 'rxjs-kinesis/prometheus';
 *
 * setMetricsCollector(prometheusCollector({ namespace: 'billing' }));
 * createServer((_, response) => void register.metrics().then((text) => response.end(text))).listen(9464);
 * ```
 *
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given; TypeError when the registry has a metric
 * of one of the names that is not this library's, or has other buckets
 */
export function prometheusCollector(options: PrometheusCollectorOptions = {}): PrometheusCollector {
  return new PrometheusCollector(checkPrometheusCollectorOptions(options));
}

/** What {@link prometheusCollector} makes. A wrong name of a metric or label of your own throws RangeError where it is reported. */
export class PrometheusCollector extends BaseCollector implements MetricsCollector {
  readonly #families: RegistryFamilies;
  readonly #prefix: string;
  readonly #labels: MetricLabels;
  readonly #buckets: PrometheusCollectorOptions['buckets'];
  readonly #counters: SeriesOf<NumberSeries>;
  readonly #gauges: SeriesOf<NumberSeries>;
  readonly #histograms: SeriesOf<HistogramSeries>;
  #isClosed = false;

  /** @internal */
  constructor({ namespace, registry = register, buckets, labels = {} }: PrometheusCollectorOptions) {
    super();
    this.#families = RegistryFamilies.of(registry);
    this.#prefix = namespace === undefined ? '' : `${namespace}_`;
    this.#labels = labels;
    this.#buckets = buckets;
    this.#counters = this.#seriesOf((metric) => this.#numbers(metric, 'counter'));
    this.#gauges = this.#seriesOf((metric) => this.#numbers(metric, 'gauge'));
    this.#histograms = this.#seriesOf((metric) => this.#histogramFamily(metric));
    for (const [metric, { type }] of Object.entries(METRICS)) {
      if (type === 'histogram') this.#histogramFamily(metric);
      else this.#numbers(metric, type);
    }
  }

  override increment(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isReportable(value) && value >= 0) this.#counters.find(metric, labels).value += value;
  }

  override gauge(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isReportable(value)) this.#gauges.find(metric, labels).value = value;
  }

  override histogram(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isReportable(value)) this.#histograms.find(metric, labels).observe(value);
  }

  remove(metric: string, labels: MetricLabels): void {
    for (const series of [this.#counters, this.#gauges, this.#histograms]) series.remove(metric, labels);
  }

  /** Reports nothing more. The last collector of a registry that is closed takes the metrics out of it. */
  close(): Promise<void> {
    if (!this.#isClosed) this.#families.leave();
    this.#isClosed = true;
    return Promise.resolve();
  }

  #isReportable(value: number): boolean {
    return !this.#isClosed && Number.isFinite(value);
  }

  #numbers(metric: string, type: 'counter' | 'gauge'): Family<NumberSeries> {
    return this.#family(metric, type, '', (labels) => new NumberSeries(labels));
  }

  #histogramFamily(metric: string): Family<HistogramSeries> {
    const bounds = this.#boundsOf(metric);
    const shape = ` with the buckets ${bounds.join(', ')}`;
    return this.#family(metric, 'histogram', shape, (labels) => new HistogramSeries(labels, bounds));
  }

  #family<S extends Series>(
    metric: string,
    type: FamilyType,
    shape: string,
    make: (labels: MetricLabels) => S,
  ): Family<S> {
    checkName('the name of a metric', metric);
    const name = `${this.#prefix}${metric}`;
    const help = definitionOf(metric)?.help ?? `Reported by the application as ${metric}.`;
    return this.#families.family(name, type, shape, () => new Family(name, help, type, make));
  }

  #boundsOf(metric: string): readonly number[] {
    const given = this.#buckets;
    if (Array.isArray(given)) return given as readonly number[];
    const ofMetric = (given as Readonly<Record<string, readonly number[]>> | undefined)?.[metric];
    return ofMetric ?? definitionOf(metric)?.buckets ?? DEFAULT_BUCKETS;
  }

  #seriesOf<S extends Series>(familyOf: (metric: string) => Family<S>): SeriesOf<S> {
    return new SeriesOf(this.#labels, familyOf);
  }
}

/** The series of one type that a collector reports: with its constant labels, found again by the labels it is given. */
class SeriesOf<S extends Series> {
  readonly #constant: MetricLabels;
  readonly #familyOf: (metric: string) => Family<S>;
  readonly #known = new Map<string, WeakMap<MetricLabels, S>>();

  constructor(constant: MetricLabels, familyOf: (metric: string) => Family<S>) {
    this.#constant = constant;
    this.#familyOf = familyOf;
  }

  find(metric: string, labels: MetricLabels): S {
    const known = this.#known.get(metric)?.get(labels);
    return known === undefined || known.isGone ? this.#look(metric, labels) : known;
  }

  remove(metric: string, labels: MetricLabels): void {
    if (this.#known.has(metric)) this.#familyOf(metric).remove({ ...this.#constant, ...labels });
  }

  #look(metric: string, labels: MetricLabels): S {
    for (const name of Object.keys(labels)) checkLabelName(name);
    const series = this.#familyOf(metric).find({ ...this.#constant, ...labels });
    let known = this.#known.get(metric);
    if (!known) this.#known.set(metric, (known = new WeakMap<MetricLabels, S>()));
    known.set(labels, series);
    return series;
  }
}

/** Those of prom-client. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
