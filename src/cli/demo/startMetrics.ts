import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inMemoryCollector, noopCollector } from '../../index.ts';
import { wrapWords } from '../wrapWords.ts';
import type { DemoMetrics } from './DemoMetrics.ts';
import { metricsTable } from './metricsTable.ts';

/** What `--metrics` takes. */
export const METRICS_KINDS = ['prometheus', 'statsd', 'console'] as const;
export type MetricsKind = (typeof METRICS_KINDS)[number];

const STATSD_FLUSH_MS = 500;
const HOST = '127.0.0.1';
/** Else the figures of shards seem to contradict the result. */
const OF_SHARDS = 'Series of shards that have ended are gone: figures by shard add up to less than the result.';

/** Starts what collects the demo's metrics; those for Prometheus at a port, 0 for any. Rejects with what to install when the library for it is missing. */
export async function startMetrics(kind: MetricsKind | undefined, port: number): Promise<DemoMetrics> {
  switch (kind) {
    case 'prometheus':
      return startPrometheus(port);
    case 'statsd':
      return startStatsd();
    case 'console':
      return startConsole();
    case undefined:
      return { collector: noopCollector, about: '', outlivesRun: false, close: () => Promise.resolve() };
  }
}

async function startPrometheus(port: number): Promise<DemoMetrics> {
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
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
      reject(new Error(`cannot listen on ${HOST}:${port}: ${why}`, { cause: error }));
    });
    server.listen(port, HOST, resolve);
  });
  return {
    collector,
    about: `Metrics for Prometheus: http://${HOST}:${(server.address() as AddressInfo).port}/metrics`,
    summary: () => wrapWords(`${OF_SHARDS} Gauges of shards are gone too, as nobody reads them any more.`),
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
    summary: () => `${metricsTable(collector.snapshot())}\n${wrapWords(OF_SHARDS)}`,
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
