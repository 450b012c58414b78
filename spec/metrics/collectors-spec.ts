import { expect } from 'chai';
import { Registry } from 'prom-client';
import { combineCollectors } from '../../src/metrics/combineCollectors.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import type { MetricLabels, MetricsCollector } from '../../src/metrics/MetricsCollector.ts';
import { noopCollector } from '../../src/metrics/noopCollector.ts';
import { prometheusCollector } from '../../src/metrics/prometheus/prometheusCollector.ts';
import { type CollectorUnderTest, metricsCollectorCases } from '../../src/testing/metricsCollectorCases.ts';

type Found = Readonly<Record<string, { readonly labels: MetricLabels; readonly value: number }[]>>;

const sameLabels = (a: MetricLabels, b: MetricLabels) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

function openMemory(wrap: (collector: MetricsCollector) => MetricsCollector = (collector) => collector) {
  const memory = inMemoryCollector();
  const shown = (value: string) => (/["',={}]/.test(value) ? JSON.stringify(value) : value);
  const nameOf = (metric: string, labels: MetricLabels) => {
    const pairs = Object.keys(labels)
      .sort()
      .map((name) => `${name}=${shown(labels[name]!)}`);
    return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`;
  };
  return {
    collector: wrap(memory),
    read: () => ({
      counter: (metric: string, labels: MetricLabels) => memory.counters[nameOf(metric, labels)],
      gauge: (metric: string, labels: MetricLabels) => memory.gauges[nameOf(metric, labels)],
      histogram: (metric: string, labels: MetricLabels) => memory.histograms[nameOf(metric, labels)],
    }),
  };
}

function openPrometheus(): CollectorUnderTest {
  const registry = new Registry();
  const collector = prometheusCollector({ registry });
  const read = async () => {
    const found: Record<string, { labels: MetricLabels; value: number }[]> = {};
    for (const { name, values } of (await registry.getMetricsAsJSON()) as unknown as {
      name: string;
      values: { metricName?: string; labels: MetricLabels; value: number }[];
    }[]) {
      for (const { metricName = name, labels, value } of values) (found[metricName] ??= []).push({ labels, value });
    }
    const value = (metric: string, labels: MetricLabels) =>
      (found as Found)[metric]?.find((series) => sameLabels(series.labels, labels))?.value;
    return {
      counter: value,
      gauge: value,
      histogram: (metric: string, labels: MetricLabels) => {
        const [count, sum] = [value(`${metric}_count`, labels), value(`${metric}_sum`, labels)];
        return count === undefined || sum === undefined ? undefined : { count, sum };
      },
    };
  };
  return { collector, read };
}

/** Collectors with one thing wrong, and what shows it. */
const flaws: Readonly<Record<string, (sound: MetricsCollector) => Partial<MetricsCollector>>> = {
  'counts each growth as one': (sound) => ({ increment: (metric, labels) => sound.increment(metric, labels, 1) }),
  'adds gauges up': (sound) => {
    let total = 0;
    return { gauge: (metric, labels, value) => sound.gauge(metric, labels, (total += value)) };
  },
  'loses what histograms observe at 0': (sound) => ({
    histogram: (metric, labels, value) => value > 0 && sound.histogram(metric, labels, value),
  }),
  'knows labels by their object only': (sound) => {
    const known = new Map<object, number>();
    return {
      increment: (metric, labels, value) => {
        if (!known.has(labels)) known.set(labels, known.size);
        sound.increment(metric, known.get(labels) === 0 ? labels : { ...labels, n: '1' }, value);
      },
    };
  },
  'forgets labels': (sound) => ({
    increment: (metric, _labels, value) => sound.increment(metric, { stream_name: 'orders' }, value),
  }),
  'cuts the values of labels at a comma': (sound) => ({
    increment: (metric, { event, ...labels }, value) =>
      sound.increment(metric, { ...labels, ...(event && { event: event.split(',')[0]! }) }, value),
  }),
  'throws at metrics of others': (sound) => ({
    increment: (metric, labels, value) => {
      if (metric === 'charges_total') throw new Error('unknown metric');
      sound.increment(metric, labels, value);
    },
  }),
  'removes nothing': () => ({ remove: () => undefined }),
  'throws at the removal of the unknown': (sound) => ({
    remove: (metric, labels) => {
      if (metric === 'unknown') throw new Error('unknown series');
      sound.remove?.(metric, labels);
    },
  }),
  'counts again at a flush': (sound) => ({
    flush: () => {
      sound.increment('lease_events_total', { stream_name: 'orders' }, 1);
      return Promise.resolve();
    },
  }),
  'cannot be closed twice': () => {
    let isClosed = false;
    return {
      close: () => {
        if (isClosed) throw new Error('closed');
        isClosed = true;
        return Promise.resolve();
      },
    };
  },
};

describe('metricsCollectorCases', () => {
  const collectors = {
    inMemoryCollector: () => openMemory(),
    prometheusCollector: openPrometheus,
    combineCollectors: () => openMemory((collector) => combineCollectors(noopCollector, collector)),
  };
  for (const [name, open] of Object.entries(collectors)) {
    describe(`of ${name}`, () => {
      for (const { title, run } of metricsCollectorCases(open)) it(title, run);
    });
  }

  for (const [flaw, breakIt] of Object.entries(flaws)) {
    it(`should find a collector that ${flaw}`, async () => {
      const open = () =>
        openMemory((sound) => ({
          increment: sound.increment.bind(sound),
          gauge: sound.gauge.bind(sound),
          histogram: sound.histogram.bind(sound),
          remove: sound.remove!.bind(sound),
          ...breakIt(sound),
        }));
      const outcomes = await Promise.allSettled(metricsCollectorCases(open).map(({ run }) => run()));
      expect(outcomes.filter(({ status }) => status === 'rejected')).not.to.be.empty;
    });
  }
});
