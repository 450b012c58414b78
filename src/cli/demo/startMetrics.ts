import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Table from 'cli-table3';
import { inMemoryCollector, noopCollector } from '../../index.ts';
import type { DemoMetrics } from './DemoMetrics.ts';

/** What `--metrics` takes. */
export const METRICS_KINDS = ['prometheus', 'statsd', 'console'] as const;
export type MetricsKind = (typeof METRICS_KINDS)[number];

const STATSD_FLUSH_MS = 500;

/** Starts what collects the demo's metrics. Rejects with what to install when the library for it is missing. */
export async function startMetrics(kind: MetricsKind | undefined): Promise<DemoMetrics> {
  switch (kind) {
    case 'prometheus':
      return startPrometheus();
    case 'statsd':
      return startStatsd();
    case 'console':
      return startConsole();
    case undefined:
      return { collector: noopCollector, about: '', outlivesRun: false, close: () => Promise.resolve() };
  }
}

async function startPrometheus(): Promise<DemoMetrics> {
  const [{ Registry }, { prometheusCollector }] = await needing('prom-client', () =>
    Promise.all([import('prom-client'), import('../../metrics/prometheus/index.ts')]),
  );
  const registry = new Registry();
  const collector = prometheusCollector({ registry });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('See /metrics\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    collector,
    about: `Metrics for Prometheus: http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    outlivesRun: true,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function startStatsd(): Promise<DemoMetrics> {
  const { statsdCollector } = await needing('hot-shots', () => import('../../metrics/statsd/index.ts'));
  const collector = statsdCollector({ flushIntervalMs: STATSD_FLUSH_MS });
  const { DD_AGENT_HOST: host = '127.0.0.1', DD_DOGSTATSD_PORT: port = '8125' } = process.env;
  return {
    collector,
    about: `Metrics in Datadog's StatsD format go to ${host}:${port} by UDP (DD_AGENT_HOST, DD_DOGSTATSD_PORT).`,
    outlivesRun: false,
    close: () => collector.close(),
  };
}

function startConsole(): DemoMetrics {
  const collector = inMemoryCollector();
  return {
    collector,
    about: 'The metrics follow at the end.',
    outlivesRun: false,
    summary: () => {
      const { counters, gauges, histograms } = collector.snapshot();
      const style = { head: [], border: [], compact: true };
      const table = new Table({ head: ['metric', 'value'], style, colAligns: ['left', 'right'] });
      const rows: [string, string][] = Object.entries({ ...counters, ...gauges }).map(([series, value]) => [
        series,
        numeral(value),
      ]);
      for (const [series, { count, p50, p99 }] of Object.entries(histograms)) {
        rows.push([series, `${numeral(count)} x, median ${numeral(p50)}, p99 ${numeral(p99)}`]);
      }
      table.push(...rows.sort(([a], [b]) => (a < b ? -1 : 1)));
      return table.toString();
    },
    close: () => Promise.resolve(),
  };
}

async function needing<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(`These metrics need ${name}: npm install ${name}`, { cause: error });
  }
}

const numeral = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
