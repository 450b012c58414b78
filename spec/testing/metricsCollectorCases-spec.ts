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

/** As in the doc comment: without anything that is optional. */
function openExample(): CollectorUnderTest {
  const keyOf = (metric: string, labels: MetricLabels) => JSON.stringify([metric, ...Object.entries(labels).sort()]);
  const numbers = new Map<string, number>();
  const set = (metric: string, labels: MetricLabels, value: number) => void numbers.set(keyOf(metric, labels), value);
  const get = (metric: string, labels: MetricLabels) => numbers.get(keyOf(metric, labels));
  const add = (metric: string, labels: MetricLabels, value: number) =>
    set(metric, labels, (get(metric, labels) ?? 0) + value);
  const collector: MetricsCollector = {
    increment: add,
    gauge: set,
    histogram: (metric, labels, value) => {
      add(`${metric}_count`, labels, 1);
      add(`${metric}_sum`, labels, value);
    },
  };
  const histogram = (metric: string, labels: MetricLabels) => {
    const count = get(`${metric}_count`, labels);
    return count === undefined ? undefined : { count, sum: get(`${metric}_sum`, labels) ?? 0 };
  };
  return { collector, read: () => ({ counter: get, gauge: get, histogram }) };
}

/** Collectors with one thing wrong, by the case that must find it. */
const flaws: Readonly<Record<string, Readonly<Record<string, (sound: MetricsCollector) => object>>>> = {
  'should add up what counters grow by, fractions and nothing included': {
    'counts each growth as one': (sound) => ({
      increment: (metric: string, labels: MetricLabels) => sound.increment(metric, labels, 1),
    }),
    'counts whole numbers': (sound) => ({
      increment: (metric: string, labels: MetricLabels, value: number) =>
        sound.increment(metric, labels, Math.floor(value)),
    }),
  },
  'should have gauges at the value that they were set to last': {
    'adds gauges up': (sound) => {
      let total = 0;
      return {
        gauge: (metric: string, labels: MetricLabels, value: number) => sound.gauge(metric, labels, (total += value)),
      };
    },
    'keeps gauges in 32 bits': (sound) => ({
      gauge: (metric: string, labels: MetricLabels, value: number) => sound.gauge(metric, labels, value | 0),
    }),
  },
  'should count what histograms observe, and add it up': {
    'loses what histograms observe at 0': (sound) => ({
      histogram: (metric: string, labels: MetricLabels, value: number) => {
        if (value > 0) sound.histogram(metric, labels, value);
      },
    }),
  },
  'should count a value as often as it is observed at once, if it has a call for that': {
    'takes what is observed often for once': (sound) => ({
      histogramTimes: (metric: string, labels: MetricLabels, value: number) => sound.histogram(metric, labels, value),
    }),
    'adds up what is observed often as one': (sound) => ({
      histogramTimes: (metric: string, labels: MetricLabels, value: number, times: number) =>
        sound.histogram(metric, labels, value * times),
    }),
  },
  'should take labels for the same that are equal, in whatever object and order': {
    'knows labels by their object only': (sound) => {
      const known = new Map<object, number>();
      return {
        increment: (metric: string, labels: MetricLabels, value: number) => {
          if (!known.has(labels)) known.set(labels, known.size);
          sound.increment(metric, known.get(labels) === 0 ? labels : { ...labels, n: '1' }, value);
        },
      };
    },
    'knows labels by their order': (sound) => ({
      increment: (metric: string, labels: MetricLabels, value: number) =>
        sound.increment(metric, { ...labels, first: Object.keys(labels)[0] ?? '' }, value),
    }),
  },
  'should keep series apart by any label, and metrics by name': {
    'forgets labels': (sound) => ({
      increment: (metric: string, _labels: MetricLabels, value: number) =>
        sound.increment(metric, { stream_name: 'orders' }, value),
    }),
    'forgets names': (sound) => ({
      increment: (_metric: string, labels: MetricLabels, value: number) =>
        sound.increment('lease_events_total', labels, value),
    }),
  },
  'should keep series of gauges and of histograms apart, too': {
    'forgets labels of gauges': (sound) => ({
      gauge: (metric: string, _labels: MetricLabels, value: number) =>
        sound.gauge(metric, { stream_name: 'orders' }, value),
    }),
    'forgets labels of histograms': (sound) => ({
      histogram: (metric: string, _labels: MetricLabels, value: number) =>
        sound.histogram(metric, { stream_name: 'orders' }, value),
    }),
  },
  'should bear any text in the value of a label': {
    'cuts the values of labels at a comma': (sound) => ({
      increment: (metric: string, { event, ...labels }: MetricLabels, value: number) =>
        sound.increment(metric, { ...labels, ...(event !== undefined && { event: event.split(',')[0]! }) }, value),
    }),
    'drops labels that are empty': (sound) => ({
      increment: (metric: string, labels: MetricLabels, value: number) =>
        sound.increment(metric, Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== '')), value),
    }),
  },
  'should take metrics that are not of the catalogue, and none without labels': {
    'throws at metrics of others': (sound) => ({
      increment: (metric: string, labels: MetricLabels, value: number) => {
        if (metric === 'charges_total') throw new Error('unknown metric');
        sound.increment(metric, labels, value);
      },
    }),
    'loses what has no labels': (sound) => ({
      gauge: (metric: string, labels: MetricLabels, value: number) => {
        if (Object.keys(labels).length > 0) sound.gauge(metric, labels, value);
      },
    }),
  },
  'should have timers observe what they tell, in seconds and once, if it has them': {
    'observes milliseconds': (sound) => ({
      timer: (metric: string, labels: MetricLabels) => ({
        stop: () => {
          sound.histogram(metric, labels, 5);
          return 0.005;
        },
      }),
    }),
    'has timers that do nothing': () => ({ timer: () => ({ stop: () => 0.005 }) }),
  },
  'should forget a series of a gauge that is removed, and no other, and begin it anew': {
    'removes nothing': () => ({ remove: () => undefined }),
    'removes for good': (sound) => {
      const gone = new Set<string>();
      return {
        remove: (metric: string, labels: MetricLabels) => {
          gone.add(JSON.stringify(labels));
          sound.remove?.(metric, labels);
        },
        gauge: (metric: string, labels: MetricLabels, value: number) => {
          if (!gone.has(JSON.stringify(labels))) sound.gauge(metric, labels, value);
        },
      };
    },
    'removes only by the object that it was given': (sound) => ({
      remove: (metric: string, labels: MetricLabels) => {
        if (Object.isFrozen(labels)) sound.remove?.(metric, labels);
      },
    }),
    'removes the whole metric': (sound) => ({
      remove: (metric: string, { shard_id, ...labels }: MetricLabels) => {
        for (const id of ['a', 'b', shard_id ?? '']) sound.remove?.(metric, { ...labels, shard_id: id });
      },
    }),
  },
  'should bear the removal of what it does not know': {
    'throws at the removal of the unknown': (sound) => ({
      remove: (metric: string, labels: MetricLabels) => {
        if (metric === 'unknown') throw new Error('unknown series');
        sound.remove?.(metric, labels);
      },
    }),
  },
  'should count on after a flush, and nothing twice': {
    'counts again at a flush': (sound) => ({
      flush: () => {
        sound.increment('lease_events_total', { stream_name: 'orders' }, 1);
        return Promise.resolve();
      },
    }),
    'cannot be flushed': () => ({ flush: () => Promise.reject(new Error('no agent')) }),
  },
  'should bear being closed twice, and called after that': {
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
    'throws once it is closed': (sound) => {
      let isClosed = false;
      return {
        close: () => {
          isClosed = true;
          return Promise.resolve();
        },
        gauge: (metric: string, labels: MetricLabels, value: number) => {
          if (isClosed) throw new Error('closed');
          sound.gauge(metric, labels, value);
        },
      };
    },
  },
};

/** Passes on what a collector that extends nothing must have, some of it done otherwise. */
const wrapped = (sound: MetricsCollector, changes: object = {}): MetricsCollector => ({
  increment: sound.increment.bind(sound),
  gauge: sound.gauge.bind(sound),
  histogram: sound.histogram.bind(sound),
  remove: sound.remove!.bind(sound),
  ...changes,
});

/** The titles of the cases that a collector does not pass. */
async function failuresOf(open: () => CollectorUnderTest): Promise<string[]> {
  const cases = metricsCollectorCases(open);
  const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
  return cases.filter((_, index) => outcomes[index]?.status === 'rejected').map(({ title }) => title);
}

describe('metricsCollectorCases', () => {
  const collectors = {
    inMemoryCollector: () => openMemory(),
    prometheusCollector: openPrometheus,
    combineCollectors: () => openMemory((collector) => combineCollectors(noopCollector, collector)),
    'the collector of the example': openExample,
  };
  for (const [name, open] of Object.entries(collectors)) {
    describe(`of ${name}`, () => {
      for (const { title, run } of metricsCollectorCases(open)) it(title, run);
    });
  }

  for (const [title, ways] of Object.entries(flaws)) {
    for (const [flaw, breakIt] of Object.entries(ways)) {
      it(`should find a collector that ${flaw}`, async () => {
        expect(await failuresOf(() => openMemory((sound) => wrapped(sound, breakIt(sound))))).to.include(title);
      });
    }
  }

  it('should have no case that finds none of them', () => {
    expect(metricsCollectorCases(openPrometheus).map(({ title }) => title)).to.deep.equal(Object.keys(flaws));
  });

  it('should close what it opened, whether the case passes or not', async () => {
    let [opened, closed] = [0, 0];
    const failures = await failuresOf(() => {
      opened += 1;
      return {
        ...openMemory(() => noopCollector),
        close: () => void (closed += 1),
      };
    });
    expect(failures).not.to.be.empty;
    expect(closed).to.equal(opened);
  });

  it('should refuse to do without a way to open a collector', () => {
    expect(() => metricsCollectorCases(undefined as never)).to.throw(TypeError, 'open must be a function');
  });
});
