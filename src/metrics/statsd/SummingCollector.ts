import type { SchedulerLike, Subscription } from 'rxjs';
import { BaseCollector } from '../BaseCollector.ts';
import { definitionOf } from '../catalogue.ts';
import type { MetricLabels, MetricsCollector } from '../MetricsCollector.ts';
import { atProcessEnd } from './atProcessEnd.ts';
import type { StatsdSettings } from './checkStatsdCollectorOptions.ts';
import { CounterSeries } from './CounterSeries.ts';
import { GaugeSeries } from './GaugeSeries.ts';
import { HistogramSeries } from './HistogramSeries.ts';
import { nameSeries } from './nameSeries.ts';
import { scheduleQuietly } from './scheduleQuietly.ts';
import { SeriesTable } from '../SeriesTable.ts';
import type { StatsdSender } from './StatsdLine.ts';
import type { StatsdSeries } from './StatsdSeries.ts';

/** So long `close()` takes at the most. */
const CLOSE_MS = 5_000;

/** Adds up, and hands a sender at each flush what it has not had yet. */
export class SummingCollector extends BaseCollector implements Required<MetricsCollector> {
  readonly #sender: StatsdSender;
  readonly #scheduler: SchedulerLike;
  readonly #intervalMs: number;
  readonly #counters: SeriesTable<CounterSeries>;
  readonly #gauges: SeriesTable<GaugeSeries>;
  readonly #histograms: SeriesTable<HistogramSeries>;
  /** Counters and histograms with something to send, removed ones too. */
  #pending: StatsdSeries[] = [];
  /** What was handed to the sender and is not on its way yet. */
  readonly #underWay = new Set<Promise<void>>();
  #timer: Subscription | undefined;
  #leaveProcessEnd: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(sender: StatsdSender, settings: StatsdSettings) {
    super(settings.scheduler);
    this.#sender = sender;
    this.#scheduler = settings.scheduler;
    this.#intervalMs = settings.flushIntervalMs;
    const { flavour, distribution, maxSamples } = settings;
    const isPlain = flavour === 'statsd';
    const type = isPlain ? 'ms' : distribution ? 'd' : 'h';
    this.#counters = new SeriesTable((metric, labels) => new CounterSeries(nameSeries(settings, metric, labels)));
    this.#gauges = new SeriesTable((metric, labels) => new GaugeSeries(nameSeries(settings, metric, labels), isPlain));
    this.#histograms = new SeriesTable((metric, labels) => {
      const scale = isPlain && isInSeconds(metric) ? 1_000 : 1;
      return new HistogramSeries(nameSeries(settings, metric, labels), { type, maxSamples, scale });
    });
  }

  override increment(metric: string, labels: MetricLabels, value: number): void {
    if (value >= 0) this.#add(this.#counters.find(metric, labels), value);
  }

  override gauge(metric: string, labels: MetricLabels, value: number): void {
    if (this.#closed || !Number.isFinite(value)) return;
    this.#gauges.find(metric, labels).record(value);
    if (!this.#timer) this.#start();
  }

  override histogram(metric: string, labels: MetricLabels, value: number): void {
    this.histogramTimes(metric, labels, value, 1);
  }

  histogramTimes(metric: string, labels: MetricLabels, value: number, times: number): void {
    this.#add(this.#histograms.find(metric, labels), value, times);
  }

  remove(metric: string, labels: MetricLabels): void {
    for (const table of [this.#counters, this.#gauges, this.#histograms]) table.remove(metric, labels);
  }

  async flush(): Promise<void> {
    this.#send();
    await Promise.all(this.#underWay);
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      // A server that does not read keeps a client of TCP from calling back.
      const deadline = scheduleQuietly(this.#scheduler, resolve, CLOSE_MS);
      void this.flush().then(() => {
        this.#sender.close(() => {
          deadline.unsubscribe();
          resolve();
        });
      });
    });
    return this.#closed;
  }

  #add(series: StatsdSeries, value: number, times = 1): void {
    if (this.#closed || !Number.isFinite(value)) return;
    series.record(value, times);
    if (series.isPending) return;
    series.isPending = true;
    this.#pending.push(series);
    if (!this.#timer) this.#start();
  }

  #start(): void {
    const flush = () => this.#send();
    this.#timer = scheduleQuietly(this.#scheduler, flush, this.#intervalMs);
    this.#leaveProcessEnd = atProcessEnd(flush);
  }

  #send(): void {
    // Without the timer nothing was recorded since the last flush, and gauges are not repeated.
    if (!this.#timer) return;
    this.#timer.unsubscribe();
    this.#timer = undefined;
    this.#leaveProcessEnd?.();
    const pending = this.#pending;
    this.#pending = [];
    const lines = [...pending, ...this.#gauges.all].flatMap((series) => {
      series.isPending = false;
      return series.take();
    });
    const sent = new Promise<void>((resolve) => this.#sender.send(lines, resolve));
    this.#underWay.add(sent);
    void sent.then(() => this.#underWay.delete(sent));
  }
}

function isInSeconds(metric: string): boolean {
  const unit = definitionOf(metric)?.unit;
  return unit === undefined ? metric.endsWith('_seconds') : unit === 'seconds';
}
