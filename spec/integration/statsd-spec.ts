import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import dns from 'node:dns';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { StatsD } from 'hot-shots';
import { statsdCollector } from '../../src/metrics/statsd/statsdCollector.ts';
import { root } from '../support/project.ts';

const orders = { stream_name: 'orders' };
const shard = (n: number) => ({ stream_name: 'orders', shard_id: `shardId-${String(n).padStart(12, '0')}` });

/** Waits until it is so, or fails. */
async function until(condition: () => boolean | Promise<boolean>, maxMs = 10_000): Promise<void> {
  const end = performance.now() + maxMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not so within ${maxMs} ms: ${condition.toString()}`);
    await sleep(5);
  }
}

/** A UDP socket that writes down each datagram. */
class UdpAgent {
  readonly datagrams: string[] = [];
  #socket: Socket | undefined;

  async listen(port = 0): Promise<number> {
    const socket = createSocket('udp4', (message) => this.datagrams.push(message.toString()));
    this.#socket = socket;
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
    return socket.address().port;
  }

  get lines(): string[] {
    return this.datagrams.flatMap((datagram) => datagram.split('\n'));
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.#socket ? this.#socket.close(resolve) : resolve()));
  }
}

async function freePort(): Promise<number> {
  const agent = new UdpAgent();
  const port = await agent.listen();
  await agent.close();
  return port;
}

/** The warnings of this library while `act` runs. */
async function warningsOf(act: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const listen = ({ name, message }: Error) => name === 'KinesisMetricsWarning' && warnings.push(message);
  process.on('warning', listen);
  try {
    await act();
    await sleep(0);
  } finally {
    process.off('warning', listen);
  }
  return warnings;
}

describe('statsdCollector on a UDP socket', () => {
  let agent: UdpAgent;
  let port: number;

  beforeEach(async () => {
    agent = new UdpAgent();
    port = await agent.listen();
  });

  afterEach(() => agent.close());

  it('should send these bytes to an agent of Datadog', async () => {
    const collector = statsdCollector({ host: 'localhost', port, prefix: 'shop', labels: { env: 'live' } });
    for (let i = 0; i < 412; i++) collector.increment('consumer_records_received_total', shard(0), 1);
    collector.gauge('producer_queue_size', orders, 7);
    collector.histogram('producer_flush_duration_seconds', orders, 0.0123);
    await collector.close();
    await until(() => agent.datagrams.length > 0);
    expect(agent.datagrams).to.deep.equal([
      'shop.consumer_records_received_total:412|c|#stream_name:orders,shard_id:shardId-000000000000,env:live\n' +
        'shop.producer_flush_duration_seconds:0.0123|h|#stream_name:orders,env:live\n' +
        'shop.producer_queue_size:7|g|#stream_name:orders,env:live',
    ]);
  });

  it('should send these bytes to a plain agent', async () => {
    const collector = statsdCollector({ host: '127.0.0.1', port, prefix: 'shop', flavour: 'statsd' });
    for (let i = 0; i < 412; i++) collector.increment('consumer_records_received_total', shard(0), 1);
    collector.gauge('producer_queue_size', orders, 7);
    collector.histogram('producer_flush_duration_seconds', orders, 0.0123);
    await collector.close();
    await until(() => agent.datagrams.length > 0);
    expect(agent.datagrams).to.deep.equal([
      'shop.consumer_records_received_total.orders.shardId-000000000000:412|c\n' +
        'shop.producer_flush_duration_seconds.orders:12.3|ms\n' +
        'shop.producer_queue_size.orders:7|g',
    ]);
  });

  it('should not send a datagram per record, nor one larger than a packet, nor part of a line', async () => {
    const collector = statsdCollector({ port });
    for (let i = 0; i < 100_000; i++) collector.increment('consumer_records_received_total', shard(i % 100), 1);
    await collector.close();
    await until(() => agent.lines.length >= 100);
    const bytes = agent.datagrams.map((datagram) => Buffer.byteLength(datagram));
    expect(Math.max(...bytes)).to.be.within(1_300, 1_432);
    expect(agent.datagrams).to.have.length.below(8);
    const expected = Array.from(
      { length: 100 },
      (_, i) => `consumer_records_received_total:1000|c|#stream_name:orders,shard_id:${shard(i).shard_id}`,
    );
    expect(agent.lines).to.have.members(expected);
  });

  it('should send a line that is longer than a packet by itself, and whole', async () => {
    const collector = statsdCollector({ port });
    const long = 'x'.repeat(2_000);
    collector.increment('a_total', {}, 1);
    collector.increment('b_total', { long }, 2);
    collector.increment('c_total', {}, 3);
    await collector.close();
    await until(() => agent.lines.length >= 3);
    expect(agent.datagrams).to.deep.equal(['a_total:1|c', `b_total:2|c|#long:${long}`, 'c_total:3|c']);
  });

  it('should flush after each interval, exact in total', async () => {
    const collector = statsdCollector({ port, flushIntervalMs: 100 });
    let added = 0;
    await until(() => {
      collector.increment('x_total', {}, 3);
      added += 3;
      return agent.datagrams.length >= 3;
    });
    await collector.close();
    const total = () => agent.lines.reduce((sum, line) => sum + Number(/^x_total:(\d+)\|c$/.exec(line)![1]), 0);
    await until(() => total() >= added);
    expect(total()).to.equal(added);
    expect(agent.datagrams).to.have.length.within(3, 5);
  });

  it('should send through a client that was given, and leave it open', async () => {
    const client = new StatsD({
      host: '127.0.0.1',
      port,
      prefix: 'mine',
      globalTags: ['team:a'],
      maxBufferSize: 1_432,
    });
    const collector = statsdCollector({ client });
    collector.increment('x_total', orders, 2);
    for (let i = 0; i < 400; i++) collector.histogram('y_seconds', {}, 0.5);
    await collector.close();
    client.increment('after');
    await new Promise<void>((resolve) => client.close(() => resolve()));
    await until(() => agent.lines.length >= 102);
    const sampled = 'mine.y_seconds:0.5|h|@0.25|#team:a';
    expect(agent.lines).to.deep.equal([
      'mine.x_total:2|c|#team:a,stream_name:orders',
      ...Array.from({ length: 100 }, () => sampled),
      'mine.after:1|c|#team:a',
    ]);
  });

  it("should look an agent's name up, and not for each datagram", async () => {
    const { lookup } = dns;
    const asked: string[] = [];
    const counting = (...args: Parameters<typeof lookup>) => {
      asked.push(args[0]);
      lookup(...args);
    };
    dns.lookup = counting as typeof lookup;
    syncBuiltinESMExports();
    try {
      // A name to Node, which asks the system for it; the system knows it as 127.0.0.1 everywhere.
      const collector = statsdCollector({ host: '127.1', port });
      for (const value of [1, 2, 3]) {
        collector.increment('x_total', {}, value);
        await collector.flush();
      }
      await collector.close();
    } finally {
      dns.lookup = lookup;
      syncBuiltinESMExports();
    }
    await until(() => agent.datagrams.length >= 3);
    expect(agent.datagrams).to.deep.equal(['x_total:1|c', 'x_total:2|c', 'x_total:3|c']);
    expect(asked).to.deep.equal(['127.1']);
  });

  it('should go on when an agent goes away and comes back', async () => {
    const collector = statsdCollector({ port });
    const send = async (value: number) => {
      collector.increment('x_total', {}, value);
      await collector.flush();
    };
    await send(1);
    await until(() => agent.datagrams.length === 1);
    await agent.close();
    for (let i = 0; i < 3; i++) await send(10);
    agent = new UdpAgent();
    await agent.listen(port);
    await send(2);
    await until(() => agent.datagrams.length === 1);
    expect(agent.datagrams).to.deep.equal(['x_total:2|c']);
    await collector.close();
  });

  it('should heed what the environment says of an agent of Datadog, and tag nothing for a plain one', async () => {
    const environment = {
      DD_AGENT_HOST: '127.0.0.1',
      DD_DOGSTATSD_PORT: String(port),
      DD_ENV: 'live',
      DD_TAGS: 'team:a',
    };
    Object.assign(process.env, environment);
    try {
      for (const flavour of ['datadog', 'statsd'] as const) {
        const collector = statsdCollector({ flavour });
        collector.increment('x_total', { a: '1' }, 1);
        await collector.close();
      }
    } finally {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    }
    await until(() => agent.datagrams.length >= 2);
    expect(agent.datagrams[0]).to.match(/^x_total:1\|c\|#team:a,env:live,a:1(\||$)/);
    expect(agent.datagrams[1]).to.equal('x_total.1:1|c');
  });

  it('should close its client once, however often it is closed', async () => {
    const warnings = await warningsOf(async () => {
      const collector = statsdCollector({ port });
      collector.increment('x_total', {}, 1);
      await Promise.all([collector.close(), collector.close()]);
      await collector.close();
    });
    expect(warnings).to.deep.equal([]);
  });

  it('should report once that an agent is nowhere, and not throw', async () => {
    process.env.DD_AGENT_HOST = 'agent.invalid';
    const warnings = await warningsOf(async () => {
      const collector = statsdCollector({ port });
      Reflect.deleteProperty(process.env, 'DD_AGENT_HOST');
      for (let i = 0; i < 3; i++) {
        for (let n = 0; n < 50; n++) collector.increment('x_total', shard(n), 1);
        await collector.flush();
      }
      await collector.close();
    });
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0]).to.match(
      /^Metrics do not reach the StatsD agent at agent\.invalid:\d+: .*(ENOTFOUND|EAI_AGAIN)/,
    );
  });
});

const module = join(root, 'src/metrics/statsd/statsdCollector.ts');
/** Runs a script that has statsdCollector, in a process of its own, to its end. */
const runScript = (script: string, ...flags: string[]) =>
  promisify(execFile)(
    process.execPath,
    [
      ...flags,
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      `import { statsdCollector } from '${module}'; ${script}`,
    ],
    { cwd: root, timeout: 20_000 },
  );

describe('statsdCollector in a process that ends', function () {
  this.timeout(30_000);

  it('should not keep it alive, and send at its end what it has', async () => {
    const agent = new UdpAgent();
    const port = await agent.listen();
    await runScript(`
      const collector = statsdCollector({ port: ${port}, flushIntervalMs: 600_000 });
      collector.increment('x_total', {}, 42);
      collector.gauge('y', {}, 1);
    `);
    await until(() => agent.datagrams.length > 0);
    expect(agent.datagrams).to.deep.equal(['x_total:42|c\ny:1|g']);
    await agent.close();
  });

  it('should say that unix-dgram is missing, where it is', async () => {
    const hook = `const { Module } = require('module'); const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (name === 'unix-dgram') throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
        return resolve(name, ...rest);
      };`;
    const folder = newFolder();
    const file = join(folder, 'hook.cjs');
    writeFileSync(file, hook);
    const { stdout } = await runScript(
      `try { statsdCollector({ path: 'agent.socket' }) } catch (error) { console.log(error.message) }`,
      '--require',
      file,
    );
    expect(stdout).to.match(
      /^protocol 'uds' needs the native package unix-dgram, .* not installed: install it, or use/,
    );
    rmSync(folder, { recursive: true });
  });
});

interface UnixSocket {
  bind(path: string): void;
  close(): void;
}

interface UnixDgram {
  createSocket(type: 'unix_dgram', listener: (message: Buffer) => void): UnixSocket;
}

/** Undefined where it could not be built. */
function unixDgram(): UnixDgram | undefined {
  try {
    return createRequire(import.meta.resolve('hot-shots'))('unix-dgram') as UnixDgram;
  } catch {
    return undefined;
  }
}

function newFolder(): string {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  return mkdtempSync(join(root, '.tmp', 'statsd-'));
}

const unix = unixDgram();
if (unix) {
  describe('statsdCollector on a unix socket', () => {
    let folder: string;
    let path: string;
    let datagrams: string[];
    let socket: UnixSocket;

    const listen = () => {
      socket = unix.createSocket('unix_dgram', (message) => datagrams.push(message.toString()));
      socket.bind(path);
    };
    const hangUp = () => {
      socket.close();
      rmSync(path, { force: true });
    };

    beforeEach(() => {
      folder = newFolder();
      path = join(folder, 'dsd.socket');
      datagrams = [];
    });

    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it('should send these bytes, in datagrams of at most 8 KiB', async () => {
      listen();
      const collector = statsdCollector({ path });
      for (let i = 0; i < 200; i++) collector.increment('consumer_records_received_total', shard(i), 1);
      await collector.close();
      const lines = () => datagrams.flatMap((datagram) => datagram.split('\n'));
      await until(() => lines().length >= 200);
      expect(lines()[0]).to.equal(
        'consumer_records_received_total:1|c|#stream_name:orders,shard_id:shardId-000000000000',
      );
      expect(new Set(lines())).to.have.property('size', 200);
      expect(datagrams).to.have.lengthOf(3);
      expect(Math.max(...datagrams.map((datagram) => Buffer.byteLength(datagram)))).to.be.within(8_000, 8_192);
      hangUp();
    });

    it('should keep the process alive until it is closed, and no longer', async () => {
      listen();
      const useAnd = (end: string) => `
        const collector = statsdCollector({ path: '${path}' });
        collector.increment('x_total', {}, 1);
        await collector.${end}();
        setTimeout(() => console.log('still there'), 500).unref();
      `;
      expect(await runScript(useAnd('close'))).to.have.property('stdout', '');
      expect(
        await runScript(`${useAnd('flush')} setTimeout(() => collector.close(), 1_000).unref();`),
      ).to.have.property('stdout', 'still there\n');
      await until(() => datagrams.length >= 2);
      hangUp();
    });

    it('should wait for an agent that is not there yet, and go on when one goes away and comes back', async function () {
      this.timeout(30_000);
      let send: (value: number) => Promise<void> = () => Promise.resolve();
      const untilSent = (value: number) =>
        until(async () => {
          await send(value);
          return datagrams.includes(`x_total:${value}|c`);
        });

      const warnings = await warningsOf(async () => {
        const collector = statsdCollector({ path });
        send = (value) => {
          collector.increment('x_total', {}, value);
          return collector.flush();
        };
        for (let i = 0; i < 3; i++) await send(1);
        listen();
        await untilSent(2);
        hangUp();
        for (let i = 0; i < 3; i++) await send(3);
        listen();
        await untilSent(4);
        await collector.close();
        hangUp();
      });

      expect(datagrams.filter((datagram) => /:[13]\|/.test(datagram))).to.deep.equal([]);
      expect(warnings).to.have.lengthOf(2);
      expect(warnings[0]).to.include(`the StatsD agent at ${path}: `).and.include('ENOENT');
    });
  });
}

describe('statsdCollector with npm statsd', function () {
  this.timeout(60_000);

  let server: ChildProcess;
  let folder: string;
  let port: number;
  let adminPort: number;

  before(async () => {
    folder = newFolder();
    [port, adminPort] = [await freePort(), await freePort()];
    const config = join(folder, 'config.js');
    const address = '127.0.0.1';
    const settings = {
      port,
      address,
      mgmt_port: adminPort,
      mgmt_address: address,
      flushInterval: 3_600_000,
      backends: [],
    };
    writeFileSync(config, JSON.stringify(settings));
    // It logs with what Node had up to 22.
    const preload = join(folder, 'preload.cjs');
    writeFileSync(preload, "require('node:util').log ??= () => undefined;");
    const args = ['--require', preload, 'stats.js', config];
    server = spawn(process.execPath, args, { cwd: join(root, 'node_modules/statsd'), stdio: 'ignore' });
    await until(
      () =>
        ask('health').then(
          (answer) => answer.includes('up'),
          () => false,
        ),
      30_000,
    );
  });

  after(async () => {
    const hasEnded = server.exitCode !== null || server.signalCode !== null;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    if (!hasEnded) await ended;
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  });

  /** What a command of the admin interface answers. */
  function ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(adminPort, '127.0.0.1', () => socket.write(`${command}\n`));
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
        if (command === 'health' || answer.includes('END')) {
          socket.destroy();
          resolve(answer);
        }
      });
      socket.on('error', reject);
    });
  }

  /** Waits until the answer has them all. */
  async function untilAnswered(command: string, ...expected: readonly string[]): Promise<void> {
    let answer = '';
    const missing = () => expected.filter((text) => !answer.includes(text));
    await until(async () => {
      answer = await ask(command);
      return missing().length === 0;
    }).catch(() => {
      throw new Error(`${command} misses ${missing().join(' and ')}: ${answer}`);
    });
  }

  it('should count as many as were sent, tags and all', async () => {
    const collector = statsdCollector({ host: '127.0.0.1', port });
    for (let i = 0; i < 10_000; i++) {
      collector.increment('consumer_records_received_total', shard(i % 2), 1);
      if (i % 1_000 === 0) await collector.flush();
    }
    // It counts histograms of Datadog as counters, and so shows what the sample rate makes of 100 lines.
    for (let i = 0; i < 3_200; i++) collector.histogram('producer_batch_size', orders, 1);
    collector.gauge('producer_queue_size', orders, 17);
    await collector.close();
    await untilAnswered(
      'counters',
      "'consumer_records_received_total;stream_name=orders;shard_id=shardId-000000000000': 5000,",
      "'consumer_records_received_total;stream_name=orders;shard_id=shardId-000000000001': 5000,",
      "'producer_batch_size;stream_name=orders': 3200",
      "'statsd.bad_lines_seen': 0,",
    );
    await untilAnswered('gauges', "'producer_queue_size;stream_name=orders': 17");
  });

  it('should count as many as were sent under plain names', async () => {
    const collector = statsdCollector({ host: '127.0.0.1', port, prefix: 'shop', flavour: 'statsd' });
    const standalone = { stream_name: '<standalone>', shard_id: 'a.b:c|d' };
    for (let i = 0; i < 10_000; i++) collector.increment('consumer_records_received_total', shard(3), 1);
    collector.increment('consumer_checkpoint_success_total', standalone, 5);
    collector.histogram('producer_flush_duration_seconds', orders, 0.25);
    collector.histogram('producer_flush_duration_seconds', orders, 1.5);
    collector.gauge('producer_queue_size', orders, 17);
    collector.gauge('below_zero', {}, -4);
    await collector.close();
    await untilAnswered(
      'counters',
      "'shop.consumer_records_received_total.orders.shardId-000000000003': 10000",
      "'shop.consumer_checkpoint_success_total._standalone_.a_b_c_d': 5",
      "'statsd.bad_lines_seen': 0,",
    );
    await untilAnswered('gauges', "'shop.producer_queue_size.orders': 17", "'shop.below_zero': -4");
    await untilAnswered('timers', "'shop.producer_flush_duration_seconds.orders': [ 250, 1500 ]");
  });
});
