import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { noop } from 'rxjs';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { prometheusCollector } from '../../src/metrics/prometheus/prometheusCollector.ts';
import { debianProgram } from '../support/debianProgram.ts';
import { root } from '../support/project.ts';
import { untilSaid } from '../support/untilSaid.ts';

const RECORDS = 2_000;
const ODD_VALUES = ['', 'a,b="c"', 'back\\slash', 'line\nbreak', '{ü€𝄞}'];

describe('A real Prometheus', function () {
  this.timeout(120_000);

  let folder: string;
  let api: string;
  const children: ChildProcess[] = [];
  const servers: Server[] = [];

  before(async function () {
    this.timeout(300_000);
    await debianProgram('prometheus', 'prometheus');
  });

  beforeEach(() => {
    mkdirSync(join(root, '.tmp'), { recursive: true });
    folder = mkdtempSync(join(root, '.tmp', 'prometheus-'));
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts one that scrapes a target every second. */
  async function startPrometheus(target: string): Promise<void> {
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'it', static_configs: [{ targets: [target] }] }],
    };
    // JSON is YAML.
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const child = spawn(
      await debianProgram('prometheus', 'prometheus'),
      ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    children.push(child);
    const [, address] = await untilSaid(child.stderr, /msg="Listening on" address=(\S+)/);
    api = `http://${address!}/api/v1`;
  }

  /** The value of a query once there is one that `isRight`; fails with the last after a minute. */
  async function ask(query: string, isRight: (value: number) => boolean): Promise<number> {
    let last: unknown;
    for (let attempt = 0; attempt < 120; attempt += 1) {
      try {
        const answer = await fetch(`${api}/query?query=${encodeURIComponent(query)}`, {
          signal: AbortSignal.timeout(10_000),
        });
        const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
        last = data.result;
        const value = Number(data.result[0]?.value[1]);
        if (isRight(value)) return value;
      } catch (error) {
        // It may be slow to answer.
        last = error;
      }
      await setTimeout(500);
    }
    throw new Error(`Prometheus did not answer ${query} as it should: ${JSON.stringify(last)}`);
  }

  it('should scrape what was reported, to the last', async () => {
    const registry = new Registry();
    const collector = prometheusCollector({ registry, namespace: 'shop', labels: { env: 'te"st' } });
    const labels = { stream_name: 'orders', shard_id: 'shardId-000000000000' };
    collector.increment('consumer_records_received_total', labels, 1_234_567);
    collector.gauge('consumer_lag_records', labels, 0.5);
    for (let value = 1; value <= 1_000; value += 1) {
      collector.histogram('consumer_processing_time_seconds', labels, value / 1_000);
    }
    for (const kind of ODD_VALUES) collector.increment('charges_total', { kind }, 7);
    const server = createServer((_, response) => void registry.metrics().then((text) => response.end(text)));
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    await startPrometheus(`127.0.0.1:${(server.address() as AddressInfo).port}`);

    await ask(
      'shop_consumer_records_received_total{env="te\\"st",stream_name="orders"}',
      (value) => value === 1_234_567,
    );
    await ask('shop_consumer_lag_records', (value) => value === 0.5);
    await ask('shop_consumer_processing_time_seconds_count', (value) => value === 1_000);
    await ask('shop_consumer_processing_time_seconds_sum', (value) => Math.abs(value - 500.5) < 1e-6);
    await ask('shop_consumer_processing_time_seconds_bucket{le="0.25"}', (value) => value === 250);
    for (const kind of ODD_VALUES) {
      await ask(`shop_charges_total{kind=${JSON.stringify(kind)}}`, (value) => value === 7);
    }
    collector.remove('consumer_lag_records', labels);
    await ask('absent(shop_consumer_lag_records)', (value) => value === 1);
  });

  it('should have a page in which promtool finds nothing but the milliseconds that a name of the catalogue has', async () => {
    const registry = new Registry();
    const collector = prometheusCollector({ registry });
    for (const [metric, { type, labels }] of Object.entries(METRICS)) {
      const series = Object.fromEntries(labels.map((label) => [label, 'a"\n']));
      collector[type === 'counter' ? 'increment' : type](metric, series, 1.5);
    }
    const check = execFile(await debianProgram('promtool', 'prometheus'), ['check', 'metrics']);
    children.push(check);
    const ended = once(check, 'close');
    let said = '';
    check.stderr!.on('data', (text: string) => (said += text));
    check.stdin!.end(await registry.metrics());
    await ended;
    expect(said.trim()).to.equal(
      'consumer_iterator_age_milliseconds use base unit "seconds" instead of "milliseconds"',
    );
  });

  it('should scrape the demo, which is served until it is stopped', async () => {
    const demo = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/cli/main.ts', 'demo', '--records', String(RECORDS), '--json', '--metrics', 'prometheus'],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    children.push(demo);
    const ended = once(demo, 'exit') as Promise<[number | null]>;
    const result = untilSaid(demo.stdout, /^\{.*\}$/m);
    // It may end before the result is waited for.
    result.catch(noop);
    const [, target] = await untilSaid(demo.stderr, /http:\/\/(\S+)\/metrics/);
    await startPrometheus(target!);

    await ask('producer_records_sent_total{stream_name="orders"}', (value) => value === RECORDS);
    await ask('sum(consumer_end_to_end_seconds_count)', (value) => value >= RECORDS);
    // Two, or one where nobody reads while the other happens.
    await ask('stream_resharding_events_total', (value) => value === 1 || value === 2);
    await ask('lease_owned', (value) => value === 0);
    expect(JSON.parse((await result)[0])).to.include({ written: RECORDS, lost: 0 });
    expect(demo.exitCode).to.equal(null);
    demo.kill('SIGINT');
    const [code] = await ended;
    expect(code).to.equal(0);
  });
});
