import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { filter, firstValueFrom, fromEvent, map, type Observable, scan } from 'rxjs';
import { makeKinesisClient } from '../../src/aws/makeKinesisClient.ts';
import { read, root } from '../support/project.ts';

type CommandLine = ChildProcessByStdio<null, Readable, Readable>;

describe('rxjs-kinesis, the command', function () {
  this.timeout(60_000);

  const running = new Set<CommandLine>();
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): CommandLine => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const outcome = async (child: CommandLine) => {
    const [closed, stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      textOf(child.stdout),
      textOf(child.stderr),
    ]);
    return { code: closed[0], stdout, stderr };
  };
  const run = (args: readonly string[], env?: Readonly<Record<string, string>>) => outcome(start(args, env));

  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  describe('demo', () => {
    it('should print only the result with --json, nothing lost or out of order, and send metrics where it is told', async () => {
      const agent = createSocket('udp4').bind(0, '127.0.0.1');
      await once(agent, 'listening');
      let sent = 0;
      agent.on('message', (datagram) => {
        for (const [, count] of datagram.toString().matchAll(/^producer_records_sent_total:(\d+)\|c/gm)) {
          sent += Number(count);
        }
      });
      const { port } = agent.address();
      const { code, stdout, stderr } = await run(['demo', '--records', '3000', '--json', '--metrics', 'statsd'], {
        DD_DOGSTATSD_PORT: String(port),
      });
      agent.close();

      expect(stderr.replace(/\s+/g, ' ')).to.include(`127.0.0.1:${port}`);
      expect(sent).to.equal(3_000);
      const result = JSON.parse(stdout) as Record<string, number>;
      expect(Object.keys(result)).to.have.members([
        'written',
        'delivered',
        'distinct',
        'redelivered',
        'lost',
        'outOfOrder',
        'maxInFlight',
        'peakRssBytes',
        'seconds',
      ]);
      expect(result).to.include({ written: 3_000, distinct: 3_000, lost: 0, outOfOrder: 0 });
      expect(result.delivered).to.equal(3_000 + result.redelivered!);
      expect(result.maxInFlight).to.be.within(1, 5_000);
      expect(result.peakRssBytes).to.be.above(2 ** 20);
      expect(result.seconds).to.be.within(1, 60);
      expect(code).to.equal(0);
    });

    it('should say in plain lines what happens, and end with tables, where there is no terminal', async () => {
      const { code, stdout, stderr } = await run([
        'demo',
        '--records',
        '500',
        '--shards',
        '2',
        '--seed',
        '7',
        '--metrics',
        'console',
      ]);

      for (const told of [
        /is split/,
        /is throttled for 2 s/,
        /are merged/,
        /reader 1 crashes/,
        /reader 2 takes over/,
      ]) {
        expect(stdout).to.match(told);
      }
      expect(stdout).to.match(/shard +\d+ .*records .*\/s .*age .*in flight/);
      expect(stdout)
        .to.match(/│ lost +│ +0 │/)
        .and.to.match(/│ out of order within a key +│ +0 │/);
      expect(stdout).to.match(/│ producer_records_sent_total\{stream_name=orders\} +│ +500 │/);
      expect(stdout).to.match(/│ consumer_end_to_end_seconds\{stream_name=orders\} +│ .* x, median .*, p99 .* │/);
      expect(stdout).to.include('Series of shards that have ended are gone');
      expect(stdout).not.to.include('\u001b[');
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
    });

    it('should serve metrics at the port that it is told, also when it is done, and say what is gone by then', async () => {
      const port = await freePort();
      const child = start(['demo', '--records', '100', '--metrics', 'prometheus', '--metrics-port', String(port)]);
      const ended = outcome(child);
      await said(child, /Still served/);

      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      const second = await run(['demo', '--metrics', 'prometheus', '--metrics-port', String(port)]);
      child.kill('SIGINT');
      const { code, stdout } = await ended;

      expect(await response.text()).to.match(/^producer_records_sent_total\{stream_name="orders"\} 100$/m);
      expect(stdout.replace(/\s+/g, ' ')).to.include('Gauges of shards are gone too');
      expect(second.stderr).to.include(`cannot listen on 127.0.0.1:${port}: the port is in use`);
      expect([code, second.code]).to.deep.equal([0, 1]);
    });

    it('should end at once, without a result, when it is interrupted', async () => {
      const child = start(['demo', '--records', '2000']);
      const ended = outcome(child);
      await said(child, /is split/);

      child.kill('SIGINT');
      const { code, stdout } = await ended;

      expect(stdout).not.to.include('│');
      expect(code).to.equal(130);
    });
  });

  describe('local', () => {
    it('should serve the SDK until SIGINT', async () => {
      const child = start(['local', '--port', '0', '--stream', 'orders:4', '--stream', 'payments']);
      const ended = outcome(child);
      const [, endpoint = ''] = await said(child, /at (http:\S+)/);
      const client = makeKinesisClient({
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });

      const { StreamNames } = await client.send(new ListStreamsCommand({}));
      child.kill('SIGINT');
      const { code, stdout } = await ended;
      client.destroy();

      expect(StreamNames).to.deep.equal(['orders', 'payments']);
      expect(stdout).to.include('new KinesisClient({').and.to.include('orders (shards: 4), payments (shards: 1)');
      expect(code).to.equal(0);
    });

    it('should say so when the port is in use', async () => {
      const first = start(['local', '--port', '0']);
      const [, port = ''] = await said(first, /at http:\/\/127\.0\.0\.1:(\d+)/);

      const { code, stderr } = await run(['local', '--port', port]);

      expect(stderr).to.include(`cannot listen on 127.0.0.1:${port}: the port is in use`).and.not.to.include('    at ');
      expect(code).to.equal(1);
    });
  });

  const mistakes: readonly (readonly [args: string[], complaint: string])[] = [
    [
      ['demo', '--records', '99'],
      "'--records <count>' argument '99' is invalid. It must be an integer from 100 to 5,000,000",
    ],
    [['demo', '--shards', '501'], "'--shards <count>' argument '501' is invalid. It must be an integer from 2 to 500"],
    [
      ['demo', '--seed', 'x'],
      "'--seed <number>' argument 'x' is invalid. It must be an integer from 0 to 4,294,967,295",
    ],
    [
      ['demo', '--metrics', 'graphite'],
      "'--metrics <where>' argument 'graphite' is invalid. Allowed choices are prometheus, statsd, console",
    ],
    [
      ['demo', '--metrics', 'prometheus', '--metrics-port', '65536'],
      "'--metrics-port <port>' argument '65536' is invalid. It must be an integer from 0 to 65,535",
    ],
    [['demo', '--metrics-port', '9464'], "'--metrics-port <port>' goes with --metrics prometheus"],
    [['demo', '--fast'], "unknown option '--fast'"],
    [
      ['local', '--port', '65536'],
      "'--port <port>' argument '65536' is invalid. It must be an integer from 0 to 65,535",
    ],
    [['local', '--stream', 'orders:0'], "'--stream <name:shards>' argument 'orders:0' is invalid"],
    [['local', '--host', ''], "'--host <address>' argument '' is invalid. It must be an address"],
    [['produce'], "unknown command 'produce'"],
    [[], 'Usage: rxjs-kinesis'],
  ];
  for (const [args, complaint] of mistakes) {
    it(`should answer ${JSON.stringify(args.join(' '))} with exit code 2, and say why`, async () => {
      const { code, stdout, stderr } = await run(args);
      expect(stderr).to.include(complaint);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    });
  }

  it('should tell its version, and how it is used', async () => {
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    const [told, help, demoHelp, localHelp] = await Promise.all([
      run(['--version']),
      run(['--help']),
      run(['demo', '--help']),
      run(['local', '--help']),
    ]);
    expect(told).to.include({ code: 0, stdout: `${version}\n` });
    expect(help.stdout)
      .to.match(/^Usage: rxjs-kinesis/)
      .and.to.match(/demo .*\n.*local /);
    expect(demoHelp.stdout).to.include('--records <count>').and.to.include('from 100 to 5,000,000');
    expect(demoHelp.stdout.replace(/\s+/g, ' ')).to.include('npm run -s demo -- --json');
    expect(localHelp.stdout.replace(/\s+/g, ' ')).to.include('without :shards it has 1 shard');
    expect([help.code, demoHelp.code, localHelp.code]).to.deep.equal([0, 0, 0]);
  });
});

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Waits until it has printed what matches. */
function said(child: CommandLine, pattern: RegExp): Promise<RegExpExecArray> {
  return firstValueFrom(
    (fromEvent(child.stdout, 'data') as Observable<Buffer>).pipe(
      scan((text, chunk) => text + chunk.toString(), ''),
      map((text) => pattern.exec(text)),
      filter((match) => match !== null),
    ),
  );
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
