import type { Attributes, Counter, Histogram, MetricOptions } from '@opentelemetry/api';
import { BaseCollector } from '../BaseCollector.ts';
import { definitionOf } from '../catalogue.ts';
import type { MetricLabels, MetricsCollector } from '../MetricsCollector.ts';
import type { OpenTelemetrySettings } from './checkOpenTelemetryCollectorOptions.ts';
import { ObservedGauge } from './ObservedGauge.ts';
import { unitOf } from './unitOf.ts';

type Meter = ReturnType<OpenTelemetrySettings['meter']>;

/** Makes an instrument of each metric at its first value. */
export class InstrumentCollector extends BaseCollector implements MetricsCollector {
  readonly #settings: OpenTelemetrySettings;
  readonly #attributesOf: (labels: MetricLabels) => Attributes;
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, ObservedGauge>();
  readonly #histograms = new Map<string, Histogram>();
  #knownMeter: Meter | undefined;
  #isClosed = false;

  constructor(settings: OpenTelemetrySettings) {
    super(settings.scheduler);
    this.#settings = settings;
    this.#attributesOf = attributesWith(settings.labels);
  }

  override increment(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isClosed || !Number.isFinite(value) || value < 0) return;
    (this.#counters.get(metric) ?? this.#makeCounter(metric)).add(value, this.#attributesOf(labels));
  }

  override gauge(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isClosed || !Number.isFinite(value)) return;
    (this.#gauges.get(metric) ?? this.#makeGauge(metric)).set(labels, value);
  }

  override histogram(metric: string, labels: MetricLabels, value: number): void {
    if (this.#isClosed || !Number.isFinite(value)) return;
    (this.#histograms.get(metric) ?? this.#makeHistogram(metric)).record(value, this.#attributesOf(labels));
  }

  remove(metric: string, labels: MetricLabels): void {
    this.#gauges.get(metric)?.remove(labels);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const gauge of this.#gauges.values()) gauge.close();
    this.#gauges.clear();
    return Promise.resolve();
  }

  get #meter(): Meter {
    this.#knownMeter ??= this.#settings.meter();
    return this.#knownMeter;
  }

  #makeCounter(metric: string): Counter {
    const counter = this.#meter.createCounter(this.#nameOf(metric), optionsOf(metric));
    this.#counters.set(metric, counter);
    return counter;
  }

  #makeGauge(metric: string): ObservedGauge {
    const instrument = this.#meter.createObservableGauge(this.#nameOf(metric), optionsOf(metric));
    const gauge = new ObservedGauge(metric, instrument, this.#attributesOf);
    this.#gauges.set(metric, gauge);
    return gauge;
  }

  #makeHistogram(metric: string): Histogram {
    const buckets = definitionOf(metric)?.buckets;
    const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
    const histogram = this.#meter.createHistogram(this.#nameOf(metric), { ...optionsOf(metric), ...advice });
    this.#histograms.set(metric, histogram);
    return histogram;
  }

  #nameOf(metric: string): string {
    return `${this.#settings.prefix}${metric}`;
  }
}

function optionsOf(metric: string): MetricOptions {
  const unit = unitOf(metric);
  const description = definitionOf(metric)?.help;
  return { ...(unit === undefined ? {} : { unit }), ...(description === undefined ? {} : { description }) };
}

/** The attributes of labels: the same object for the same labels, which SDKs tell apart faster. */
function attributesWith(constant: MetricLabels): (labels: MetricLabels) => Attributes {
  if (Object.keys(constant).length === 0) return (labels) => labels;
  const made = new WeakMap<MetricLabels, Attributes>();
  return (labels) => {
    const known = made.get(labels);
    if (known) return known;
    const attributes = { ...constant, ...labels };
    made.set(labels, attributes);
    return attributes;
  };
}
