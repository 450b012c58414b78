import { expect } from 'chai';
import { AggregatorRegistry, Counter, Gauge, Histogram, register, Registry } from 'prom-client';
import { Subject } from 'rxjs';
import { checkpoint } from '../../../src/checkpoint/checkpoint.ts';
import { fromKinesis } from '../../../src/consumer/fromKinesis.ts';
import { METRICS } from '../../../src/metrics/catalogue.ts';
import type { MetricLabels, MetricsCollector } from '../../../src/metrics/MetricsCollector.ts';
import { noopCollector } from '../../../src/metrics/noopCollector.ts';
import type { PrometheusCollectorOptions } from '../../../src/metrics/prometheus/PrometheusCollectorOptions.ts';
import { prometheusCollector } from '../../../src/metrics/prometheus/prometheusCollector.ts';
import { tapMetrics } from '../../../src/metrics/tapMetrics.ts';
import { shard, workbench } from '../../consumer/workbench.ts';
import { collectGarbage } from '../../producer/collectGarbage.ts';

const STREAM = { stream_name: 'orders' };

function setUp(options: PrometheusCollectorOptions = {}) {
  const registry = new Registry();
  return { registry, collector: prometheusCollector({ registry, ...options }) };
}

/** The lines of a page that are about metrics whose names start so. */
async function linesOf(registry: Registry, start: string): Promise<string[]> {
  const page = await registry.metrics();
  return page.split('\n').filter((line) => line.replace(/^# (HELP|TYPE) /, '').startsWith(start));
}

describe('prometheusCollector', () => {
  it('should have every metric on the page from the start, with help and type, and no series', async () => {
    const { registry } = setUp({ namespace: 'billing' });
    const page = await registry.metrics();
    for (const [name, { help, type }] of Object.entries(METRICS)) {
      expect(page).to.include(`# HELP billing_${name} ${help}\n# TYPE billing_${name} ${type}\n`);
    }
    expect(page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).to.be.empty;
  });

  it('should write what metrics of prom-client write', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const collector = prometheusCollector({ registry: ours, labels: { env: 'a"b\n\\' } });
    const labelNames = ['env', 'stream_name', 'shard_id'];
    const make = { registers: [theirs], labelNames };
    const buckets = [...METRICS.consumer_processing_time_seconds.buckets];
    const counter = new Counter({ name: 'consumer_bytes_received_total', help: 'x', ...make });
    const gauge = new Gauge({ name: 'consumer_lag_records', help: 'x', aggregator: 'max', ...make });
    const histogram = new Histogram({ name: 'consumer_processing_time_seconds', help: 'x', buckets, ...make });
    for (const shard_id of ['shard-1', 'shard-0', 'ü€']) {
      const labels = { ...STREAM, shard_id };
      const all = { env: 'a"b\n\\', ...labels };
      for (const value of [0, 0.001, 0.0011, 1e-9, 3, 60, 61, 1e300]) {
        collector.increment('consumer_bytes_received_total', labels, value);
        counter.inc(all, value);
        collector.gauge('consumer_lag_records', labels, value);
        gauge.set(all, value);
        collector.histogram('consumer_processing_time_seconds', labels, value);
        histogram.observe(all, value);
      }
    }
    for (const name of ['consumer_bytes_received_total', 'consumer_lag_records', 'consumer_processing_time_seconds']) {
      const [mine, their] = await Promise.all([ours, theirs].map((each) => linesOf(each, name)));
      expect(mine!.slice(1)).to.deep.equal(their!.slice(1));
    }
    const json = async (registry: Registry) =>
      JSON.parse(
        JSON.stringify(await registry.getMetricsAsJSON(), (key, value: unknown) =>
          key === 'exemplar' ? undefined : value,
        ),
      ) as { name: string; help: string }[];
    const [mine, their] = await Promise.all([json(ours), json(theirs)]);
    for (const metric of their) {
      expect({ ...mine.find(({ name }) => name === metric.name), help: 'x' }).to.deep.equal(metric);
    }
  });

  it('should write so with labels that the registry adds, and as OpenMetrics, scrape after scrape', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const collector = prometheusCollector({ registry: ours });
    const make = { help: 'x', registers: [theirs], labelNames: ['stream_name'] };
    const counter = new Counter({ name: 'lease_events_total', ...make });
    const withNamespace = prometheusCollector({ registry: ours, namespace: 'own', buckets: [1, 2] });
    const own = new Histogram({ ...make, name: 'own_charge_seconds', buckets: [1, 2] });
    for (const registry of [ours, theirs]) {
      registry.setDefaultLabels({ app: 'a', stream_name: 'default' });
      registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    }
    const both = () =>
      Promise.all(
        [ours, theirs].map(async (registry) => {
          const lines = await Promise.all(
            ['lease_events', 'own_charge_seconds'].map((name) => linesOf(registry, name)),
          );
          return lines.flat().filter((line) => !line.startsWith('# HELP'));
        }),
      );
    for (let scrape = 1; scrape <= 2; scrape += 1) {
      // Other objects at each turn: the registry renames counters when it writes OpenMetrics.
      collector.increment('lease_events_total', { ...STREAM }, 1);
      counter.inc({ ...STREAM }, 1);
      withNamespace.histogram('charge_seconds', { ...STREAM }, scrape);
      own.observe({ ...STREAM }, scrape);
      const [mine, their] = await both();
      expect(mine).to.deep.equal(their);
      expect(mine).to.include(`lease_events_total{stream_name="orders",app="a"} ${scrape}`);
    }
  });

  it('should let two collectors on one registry share metrics, with other labels too (pitfall 45)', async () => {
    const { registry, collector } = setUp();
    const same = prometheusCollector({ registry });
    const other = prometheusCollector({ registry, labels: { team: 'billing' } });
    for (const each of [collector, same, other]) each.increment('lease_events_total', STREAM, 1);
    expect(await linesOf(registry, 'lease_events_total')).to.deep.equal([
      `# HELP lease_events_total ${METRICS.lease_events_total.help}`,
      '# TYPE lease_events_total counter',
      'lease_events_total{stream_name="orders"} 2',
      'lease_events_total{team="billing",stream_name="orders"} 1',
    ]);
  });

  it('should remove the series of a shard, whichever collector reported it, and begin it anew', async () => {
    const { registry, collector } = setUp();
    const other = prometheusCollector({ registry });
    const labels: MetricLabels = { ...STREAM, shard_id: 'a' };
    for (const each of [collector, other]) each.histogram('consumer_processing_time_seconds', labels, 1);
    collector.remove('consumer_processing_time_seconds', labels);
    expect(await linesOf(registry, 'consumer_processing_time_seconds')).to.have.lengthOf(2);
    other.histogram('consumer_processing_time_seconds', labels, 1);
    expect(await linesOf(registry, 'consumer_processing_time_seconds_count')).to.deep.equal([
      'consumer_processing_time_seconds_count{stream_name="orders",shard_id="a"} 1',
    ]);
  });

  it('should be one with others on its registry that report the same: totals are of all, a source counts once', async () => {
    const { clock, fake, put, store } = workbench({ streams: { orders: { shards: 4 } } });
    const { registry, collector } = setUp();
    const read = (...taps: readonly MetricsCollector[]) => {
      const source = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store, until: ends });
      return source
        .pipe(
          checkpoint(),
          tapMetrics(taps[0] ?? noopCollector),
          tapMetrics(taps[1] ?? noopCollector),
          tapMetrics(prometheusCollector({ registry, namespace: 'other' })),
        )
        .subscribe();
    };
    const ends = new Subject<void>();
    read(collector, prometheusCollector({ registry }));
    const leaving = read(prometheusCollector({ registry }));
    clock.pass(60_000);
    for (const index of [0, 1, 2, 3]) put(shard(index), 'a', 'b');
    clock.pass(5_000);
    const figures = async (metric: string) =>
      (await linesOf(registry, `${metric}{`)).map((line) => Number(line.split(' ').at(-1)));
    expect(await figures('lease_owned')).to.deep.equal([4]);
    expect(await figures('consumer_records_received_total')).to.deep.equal([2, 2, 2, 2]);
    leaving.unsubscribe();
    clock.pass(60_000);
    expect(await figures('lease_owned')).to.deep.equal([4]);
    expect(await figures('stream_shards_active')).to.deep.equal([4]);
    expect(await figures('consumer_iterator_age_milliseconds')).to.have.lengthOf(4);
    ends.next();
    clock.pass(10_000);
    expect(await figures('lease_owned')).to.deep.equal([0]);
    expect(await figures('stream_shards_active')).to.be.empty;
  });

  it('should have processes added up, and of what is one for all, or of a shard, the greatest taken', async () => {
    const pages = [1, 2].map(async (figure) => {
      const { registry, collector } = setUp();
      for (const gauge of ['stream_shards_active', 'lease_owned']) collector.gauge(gauge, STREAM, figure);
      collector.gauge('consumer_lag_records', { ...STREAM, shard_id: 'a' }, figure);
      collector.increment('lease_events_total', STREAM, figure);
      collector.gauge('orders_open', {}, figure);
      return registry.getMetricsAsJSON();
    });
    const all = AggregatorRegistry.aggregate(await Promise.all(pages));
    const lines = (await all.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.map((line) => line.replace(/\{.*\}/, '')).sort()).to.deep.equal([
      'consumer_lag_records 2',
      'lease_events_total 3',
      'lease_owned 3',
      'orders_open 3',
      'stream_shards_active 2',
    ]);
  });

  it('should be let go of when it is closed, while another lives', async () => {
    const { registry, collector } = setUp();
    collector.increment('lease_events_total', STREAM, 1);
    const closed = await Promise.all(
      [1, 2, 3].map(async () => {
        const other = prometheusCollector({ registry });
        for (const [name, { type }] of Object.entries(METRICS)) {
          if (type === 'counter') other.increment(name, STREAM, 1);
          else other[type](name, STREAM, 1);
        }
        await other.close();
        return new WeakRef(other);
      }),
    );
    await collectGarbage();
    expect(closed.map((each) => each.deref())).to.deep.equal([undefined, undefined, undefined]);
  });

  it('should take buckets for all histograms, or by metric', async () => {
    const all = setUp({ buckets: [1, 2] });
    const one = setUp({ buckets: { consumer_fetch_duration_seconds: [5] } });
    for (const { collector } of [all, one]) {
      collector.histogram('consumer_fetch_duration_seconds', {}, 1.5);
      collector.histogram('charge_seconds', {}, 1.5);
    }
    const bounds = async (registry: Registry, metric: string) =>
      (await linesOf(registry, `${metric}_bucket`)).map((line) => /le="(.*?)"/.exec(line)?.[1]);
    expect(await bounds(all.registry, 'charge_seconds')).to.deep.equal(['1', '2', '+Inf']);
    expect(await bounds(one.registry, 'consumer_fetch_duration_seconds')).to.deep.equal(['5', '+Inf']);
    expect(await bounds(one.registry, 'charge_seconds')).to.have.lengthOf(12);
  });

  it('should go by its options as they were given, whatever becomes of them', async () => {
    const [labels, buckets] = [{ team: 'billing' }, [1, 2]];
    const { registry, collector } = setUp({ labels, buckets });
    labels.team = 'search';
    buckets.pop();
    collector.histogram('producer_batch_size', STREAM, 1.5);
    expect(await linesOf(registry, 'producer_batch_size_bucket')).to.deep.equal([
      'producer_batch_size_bucket{le="1",team="billing",stream_name="orders"} 0',
      'producer_batch_size_bucket{le="2",team="billing",stream_name="orders"} 1',
      'producer_batch_size_bucket{le="+Inf",team="billing",stream_name="orders"} 1',
    ]);
  });

  it('should use the registry of prom-client, and leave it when the last collector is closed', async () => {
    const [one, other] = [prometheusCollector(), prometheusCollector()];
    one.increment('lease_events_total', STREAM, 1);
    await one.close();
    await one.close();
    other.increment('lease_events_total', STREAM, 1);
    one.increment('lease_events_total', STREAM, 1);
    expect(await linesOf(register, 'lease_events_total{')).to.deep.equal([
      'lease_events_total{stream_name="orders"} 2',
    ]);
    await other.close();
    expect(register.getMetricsAsArray()).to.be.empty;
  });

  it('should take out what nobody else uses when it is closed', async () => {
    const { registry, collector } = setUp({ namespace: 'a' });
    const sharing = prometheusCollector({ registry, namespace: 'a' });
    const other = prometheusCollector({ registry, namespace: 'b' });
    collector.increment('charges_total', {}, 1);
    sharing.increment('refunds_total', {}, 1);
    await collector.close();
    expect(registry.getSingleMetric('a_lease_owned')).not.to.equal(undefined);
    expect(registry.getSingleMetric('a_charges_total')).to.equal(undefined);
    await sharing.close();
    expect(
      registry
        .getMetricsAsArray()
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('b_')),
    ).to.be.empty;
    await other.close();
    expect(registry.getMetricsAsArray()).to.be.empty;
  });

  it('should take the gauges with it that nobody else reports when it is closed, and leave what was counted', async () => {
    const { registry, collector } = setUp();
    const other = prometheusCollector({ registry });
    for (const name of ['orders', 'payments']) collector.gauge('lease_owned', { stream_name: name }, 3);
    collector.increment('lease_events_total', STREAM, 1);
    other.gauge('lease_owned', STREAM, 2);
    await collector.close();
    expect(await linesOf(registry, 'lease_owned{')).to.deep.equal(['lease_owned{stream_name="orders"} 2']);
    expect(await linesOf(registry, 'lease_events_total{')).to.have.lengthOf(1);
    other.gauge('lease_owned', { stream_name: 'payments' }, 1);
    expect(await linesOf(registry, 'lease_owned{')).to.have.lengthOf(2);
  });

  it('should register and remove nothing once it is closed', async () => {
    const { registry, collector } = setUp();
    collector.increment('lease_events_total', STREAM, 1);
    collector.increment('charges_total', STREAM, 1);
    await collector.close();
    for (const metric of ['lease_events_total', 'charges_total', 'lease_owned']) collector.remove(metric, STREAM);
    expect(registry.getMetricsAsArray()).to.be.empty;
    const [one, other] = [prometheusCollector({ registry }), prometheusCollector({ registry })];
    other.increment('lease_events_total', STREAM, 1);
    await one.close();
    one.remove('lease_events_total', STREAM);
    expect(await linesOf(registry, 'lease_events_total{')).to.have.lengthOf(1);
  });

  it('should leave nothing behind when it cannot be made', async () => {
    const { registry, collector } = setUp();
    expect(() => prometheusCollector({ registry, buckets: { lease_hand_over_seconds: [1] } })).to.throw(TypeError);
    await collector.close();
    expect(registry.getMetricsAsArray()).to.be.empty;
  });

  it('should take any name that Prometheus allows for a metric', async () => {
    const { registry, collector } = setUp({ namespace: 'shop', buckets: { charge_seconds: [1] } });
    collector.histogram('constructor', {}, 1);
    collector.increment('job:charges_total', {}, 1);
    collector.increment('2xx_total', {}, 2);
    expect(await linesOf(registry, 'shop_job:')).to.include('shop_job:charges_total 1');
    expect(await linesOf(registry, 'shop_constructor_bucket')).to.have.lengthOf(12);
    expect(await linesOf(registry, 'shop_2')).to.include('shop_2xx_total 2');
  });

  it("should hold metrics of one's own to the names of labels of their first use", async () => {
    const { registry, collector } = setUp();
    const other = prometheusCollector({ registry, labels: { team: 'billing' } });
    collector.increment('charges_total', { currency: 'EUR', kind: 'card' }, 1);
    other.increment('charges_total', { kind: 'card', currency: 'EUR' }, 1);
    for (const each of [collector, other]) {
      expect(() => each.increment('charges_total', { country: 'DE' }, 1)).to.throw(
        TypeError,
        'metric charges_total has the labels currency, kind in this registry, and cannot have country, too',
      );
      expect(() => each.increment('charges_total', {}, 1)).to.throw(TypeError, 'cannot have none');
    }
    expect(await linesOf(registry, 'charges_total{')).to.have.lengthOf(2);
    for (const labels of [STREAM, { ...STREAM, event: 'taken', team: 'a' }]) {
      collector.increment('lease_events_total', labels, 1);
    }
    expect(await linesOf(registry, 'lease_events_total{')).to.have.lengthOf(2);
  });

  it('should register anew in a registry that was cleared', async () => {
    const { registry } = setUp();
    registry.clear();
    prometheusCollector({ registry }).increment('lease_events_total', STREAM, 1);
    expect(await linesOf(registry, 'lease_events_total{')).to.have.lengthOf(1);
  });

  it('should forget its series when the registry resets its metrics', async () => {
    const { registry, collector } = setUp();
    collector.increment('lease_events_total', STREAM, 1);
    registry.resetMetrics();
    collector.increment('lease_events_total', STREAM, 2);
    expect(await linesOf(registry, 'lease_events_total{')).to.deep.equal([
      'lease_events_total{stream_name="orders"} 2',
    ]);
  });

  it('should say so when the registry has a metric of that name that is another', () => {
    const { registry } = setUp();
    expect(() => prometheusCollector({ registry, buckets: [1] })).to.throw(TypeError, 'with the buckets');
    const strange = new Registry();
    new Gauge({ name: 'lease_owned', help: 'x', registers: [strange] });
    expect(() => prometheusCollector({ registry: strange })).to.throw(TypeError, 'lease_owned that is not');
    const { collector } = setUp();
    expect(() => collector.gauge('lease_events_total', {}, 1)).to.throw(TypeError, 'is a counter');
  });

  it('should refuse options and names that are wrong', () => {
    const wrong = (options: unknown) => () => prometheusCollector(options as never);
    expect(wrong({ prefix: 'a' })).to.throw(TypeError, 'no option "prefix"');
    expect(wrong({ namespace: 'a-b' })).to.throw(RangeError, 'namespace must have letters');
    expect(wrong({ namespace: 1 })).to.throw(TypeError, 'namespace must be a string');
    expect(wrong({ registry: {} })).to.throw(TypeError, 'registry must be a Registry');
    expect(wrong({ labels: { le: 'a' } })).to.throw(RangeError, '"le"');
    expect(wrong({ labels: { a: 1 } })).to.throw(TypeError, 'labels.a must be a string; got 1');
    expect(wrong({ labels: 1 })).to.throw(TypeError, 'labels must be an object');
    expect(wrong({ buckets: [2, 1] })).to.throw(RangeError, 'rising; got [2, 1]');
    expect(wrong({ buckets: { charge_seconds: [] } })).to.throw(RangeError, 'buckets of charge_seconds');
    expect(wrong({ labels: ['a'] })).to.throw(TypeError, 'labels must be an object of strings; got an array');
    expect(wrong({ labels: { __a: 'b' } })).to.throw(RangeError, '"__a"');
    expect(wrong({ buckets: { lease_owned: [1] } })).to.throw(RangeError, 'for histograms; lease_owned is a gauge');
    expect(wrong({ buckets: 3 })).to.throw(TypeError, 'buckets must be an array');
    const { collector } = setUp();
    expect(() => collector.increment('a-b', {}, 1)).to.throw(RangeError, 'the name of a metric');
    expect(() => collector.increment('a', { 'b-c': '' }, 1)).to.throw(RangeError, 'the name of a label');
  });
});
