import { register } from 'prom-client';
import { BaseCollector } from '../BaseCollector.ts';
import { collectorIdentities } from '../collectorIdentities.ts';
import { definitionOf, METRICS } from '../catalogue.ts';
import type { MetricLabels, MetricsCollector } from '../MetricsCollector.ts';
import { checkMetricName } from './checkPrometheusCollectorOptions.ts';
import { type Aggregator, Family, type FamilyType, type Series } from './Family.ts';
import { FoundSeries } from './FoundSeries.ts';
import { HistogramSeries } from './HistogramSeries.ts';
import { NumberSeries } from './NumberSeries.ts';
import type { PrometheusCollectorOptions } from './PrometheusCollectorOptions.ts';
import { RegistryFamilies } from './RegistryFamilies.ts';

/** Counts by itself, and has a registry of prom-client ask for it. */
export class ScrapedCollector extends BaseCollector implements MetricsCollector {
  readonly #families: RegistryFamilies;
  readonly #prefix: string;
  readonly #buckets: PrometheusCollectorOptions['buckets'];
  readonly #counters: FoundSeries<NumberSeries>;
  readonly #gauges: FoundSeries<NumberSeries>;
  readonly #histograms: FoundSeries<HistogramSeries>;
  #isClosed = false;

  /** @internal */
  constructor({ namespace, registry = register, buckets, labels = {} }: PrometheusCollectorOptions) {
    super();
    this.#families = RegistryFamilies.of(registry);
    this.#prefix = namespace === undefined ? '' : `${namespace}_`;
    this.#buckets = buckets;
    this.#counters = new FoundSeries(this, labels, (metric) => this.#numbers(metric, 'counter'));
    this.#gauges = new FoundSeries(this, labels, (metric) => this.#numbers(metric, 'gauge'));
    this.#histograms = new FoundSeries(this, labels, (metric) => this.#histogramFamily(metric));
    collectorIdentities.set(this, this.#families.identity(this, this.#prefix, labels));
    const found = { counter: this.#counters, gauge: this.#gauges, histogram: this.#histograms };
    try {
      for (const [metric, { type }] of Object.entries(METRICS)) found[type].register(metric);
    } catch (error) {
      this.#families.leave(this);
      throw error;
    }
  }

  override increment(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isReportable(value) && value >= 0) this.#counters.find(metric, labels).value += value;
  }

  override gauge(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isReportable(value)) this.#gauges.find(metric, labels).value = value;
  }

  override histogram(metric: string, labels: MetricLabels, value: number): void {
    this.histogramTimes(metric, labels, value, 1);
  }

  histogramTimes(metric: string, labels: MetricLabels, value: number, times: number): void {
    if (this.#isReportable(value)) this.#histograms.find(metric, labels).observe(value, times);
  }

  remove(metric: string, labels: MetricLabels): void {
    if (this.#isClosed) return;
    for (const series of [this.#counters, this.#gauges, this.#histograms]) series.remove(metric, labels);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#families.leave(this);
    return Promise.resolve();
  }

  #isReportable(value: number): boolean {
    return !this.#isClosed && Number.isFinite(value);
  }

  #numbers(metric: string, type: 'counter' | 'gauge'): Family<NumberSeries> {
    return this.#family(metric, type, '', (labels) => new NumberSeries(labels));
  }

  #histogramFamily(metric: string): Family<HistogramSeries> {
    const bounds = [...this.#boundsOf(metric)];
    const shape = ` with the buckets ${bounds.join(', ')}`;
    return this.#family(metric, 'histogram', shape, (labels) => new HistogramSeries(labels, bounds));
  }

  #family<S extends Series>(
    metric: string,
    type: FamilyType,
    shape: string,
    make: (labels: MetricLabels) => S,
  ): Family<S> {
    const name = `${this.#prefix}${metric}`;
    checkMetricName(name);
    const help = definitionOf(metric)?.help ?? `Reported by the application as ${metric}.`;
    const definition = { name, help, type, aggregator: aggregatorOf(metric) };
    return this.#families.family(this, name, type, shape, () => new Family(definition, make));
  }

  #boundsOf(metric: string): readonly number[] {
    const given = this.#buckets;
    if (Array.isArray(given)) return given as readonly number[];
    const byMetric = given as Readonly<Record<string, readonly number[]>> | undefined;
    const ofMetric = byMetric && Object.hasOwn(byMetric, metric) ? byMetric[metric] : undefined;
    return ofMetric ?? definitionOf(metric)?.buckets ?? DEFAULT_BUCKETS;
  }
}

/** Processes have counts and totals each for itself, but see one stream, and in a shard what is worst is what counts. */
function aggregatorOf(metric: string): Aggregator {
  const { type, labels } = definitionOf(metric) ?? {};
  const isOfOneThing = metric.startsWith('stream_') || labels?.includes('shard_id') === true;
  return type === 'gauge' && isOfOneThing ? 'max' : 'sum';
}

/** Those of prom-client. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
