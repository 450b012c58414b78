import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { forgetGauges } from '../../src/metrics/opentelemetry/forgetGauges.ts';
import { openTelemetryCollector } from '../../src/metrics/opentelemetry/openTelemetryCollector.ts';

/** What is used of OTLP's JSON. */
interface Export {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string };
      readonly metrics: readonly Metric[];
    }[];
  }[];
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly sum?: {
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: number;
    readonly dataPoints: readonly Point[];
  };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: readonly Point[] };
}

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly explicitBounds?: readonly number[];
  readonly bucketCounts?: readonly number[];
}

const orders = { stream_name: 'orders' };
const shard = (n: number) => ({ stream_name: 'orders', shard_id: `shardId-00000000000${n}` });

/** The values of a metric by their attributes, written `name=value,other=value`. */
function valuesOf(points: readonly Point[]): Record<string, number | undefined> {
  return Object.fromEntries(
    points.map(({ attributes, asDouble, asInt, sum }) => [
      attributes.map(({ key, value }) => `${key}=${value.stringValue}`).join(','),
      asDouble ?? asInt ?? sum,
    ]),
  );
}

describe('openTelemetryCollector with the SDK and an OTLP receiver', () => {
  let server: Server;
  let received: Export[];
  let provider: MeterProvider;

  beforeEach(async () => {
    received = [];
    server = createServer((request, response) => {
      void json(request).then((body) => {
        expect(request.url).to.equal('/v1/metrics');
        received.push(body as Export);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await provider.shutdown();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function newProvider(prepare = (exporter: OTLPMetricExporter) => exporter): MeterProvider {
    const { port } = server.address() as AddressInfo;
    const exporter = prepare(new OTLPMetricExporter({ url: `http://127.0.0.1:${port}/v1/metrics` }));
    provider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 })],
    });
    return provider;
  }

  /** What the next export has, by name. */
  async function exported(): Promise<Map<string, Metric>> {
    received = [];
    await provider.forceFlush();
    const scopes = received
      .flatMap(({ resourceMetrics }) => resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics);
    expect(scopes.map(({ scope }) => scope.name)).to.deep.equal(['rxjs-kinesis']);
    return new Map(scopes.flatMap(({ metrics }) => metrics).map((metric) => [metric.name, metric]));
  }

  it('should export counters, gauges and histograms with their units, kinds, attributes and sums', async () => {
    const collector = openTelemetryCollector({ meterProvider: newProvider(forgetGauges), labels: { env: 'live' } });
    for (let i = 0; i < 1_000; i++) collector.increment('consumer_records_received_total', shard(i % 2), 1);
    collector.increment('producer_bytes_sent_total', orders, 12_345);
    for (const value of [3, 7]) collector.gauge('consumer_iterator_age_milliseconds', shard(1), value);
    for (const value of [0.003, 0.2, 0.5, 99]) collector.histogram('producer_flush_duration_seconds', orders, value);

    const metrics = await exported();

    const records = metrics.get('consumer_records_received_total')!;
    expect(records.unit).to.equal('{record}');
    expect(records.description).to.equal(METRICS.consumer_records_received_total.help);
    expect(records.sum).to.include({ isMonotonic: true, aggregationTemporality: 2 });
    expect(valuesOf(records.sum!.dataPoints)).to.deep.equal({
      'env=live,stream_name=orders,shard_id=shardId-000000000000': 500,
      'env=live,stream_name=orders,shard_id=shardId-000000000001': 500,
    });
    expect(metrics.get('producer_bytes_sent_total')).to.have.property('unit', 'By');
    const age = metrics.get('consumer_iterator_age_milliseconds')!;
    expect(age.unit).to.equal('ms');
    expect(valuesOf(age.gauge!.dataPoints)).to.deep.equal({
      'env=live,stream_name=orders,shard_id=shardId-000000000001': 7,
    });
    const duration = metrics.get('producer_flush_duration_seconds')!;
    expect(duration.unit).to.equal('s');
    const [point] = duration.histogram!.dataPoints;
    expect(valuesOf([point!])).to.deep.equal({ 'env=live,stream_name=orders': 99.703 });
    expect(point!.count).to.equal(4);
    expect(point!.explicitBounds).to.deep.equal(METRICS.producer_flush_duration_seconds.buckets);
    expect(point!.bucketCounts!.map(Number).reduce((sum, count) => sum + count)).to.equal(4);
    expect(point!.bucketCounts!.at(-1)).to.equal(1);
    expect(metrics.size).to.equal(4);
  });

  it('should export all of the catalogue as what it is, under its name', async () => {
    const collector = openTelemetryCollector({ meterProvider: newProvider(), prefix: 'shop' });
    const methods = { counter: 'increment', gauge: 'gauge', histogram: 'histogram' } as const;
    for (const [metric, { type, labels }] of Object.entries(METRICS)) {
      collector[methods[type]](metric, Object.fromEntries(labels.map((label) => [label, 'x'])), 1);
    }

    const metrics = await exported();

    const kinds = { counter: 'sum', gauge: 'gauge', histogram: 'histogram' } as const;
    for (const [metric, { type, labels }] of Object.entries(METRICS)) {
      const points = metrics.get(`shop.${metric}`)?.[kinds[type]]?.dataPoints ?? [];
      expect(valuesOf(points), metric).to.deep.equal({ [labels.map((label) => `${label}=x`).join(',')]: 1 });
    }
    expect(metrics.size).to.equal(Object.keys(METRICS).length);
  });

  it('should be rid of a removed gauge with the next export, and keep cumulative counters', async () => {
    const collector = openTelemetryCollector({ meterProvider: newProvider(forgetGauges) });
    for (const n of [0, 1]) collector.gauge('consumer_lag_records', shard(n), n);
    collector.increment('stream_resharding_events_total', orders, 1);
    const gauges = async () => valuesOf((await exported()).get('consumer_lag_records')?.gauge?.dataPoints ?? []);
    const [zero, one] = [0, 1].map((n) => `stream_name=orders,shard_id=${shard(n).shard_id}`) as [string, string];
    expect(await gauges()).to.deep.equal({ [zero]: 0, [one]: 1 });
    expect(await gauges()).to.deep.equal({ [zero]: 0, [one]: 1 });
    collector.remove('consumer_lag_records', shard(0));
    expect(await gauges()).to.deep.equal({ [one]: 1 });
    collector.increment('stream_resharding_events_total', orders, 1);
    await collector.close();

    const metrics = await exported();

    expect([...metrics.keys()]).to.deep.equal(['stream_resharding_events_total']);
    expect(valuesOf(metrics.get('stream_resharding_events_total')!.sum!.dataPoints)).to.deep.equal({
      'stream_name=orders': 2,
    });
  });

  it('should need forgetGauges for that: goes red, and forgetGauges with it, once the SDK forgets by itself', async () => {
    const collector = openTelemetryCollector({ meterProvider: newProvider() });
    collector.gauge('consumer_lag_records', shard(0), 1);
    await exported();
    collector.remove('consumer_lag_records', shard(0));
    expect([...(await exported()).keys()]).to.deep.equal(['consumer_lag_records']);
  });
});
