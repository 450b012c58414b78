import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianProgram } from '../spec/support/debianProgram.ts';
import { nowMs } from './Journal.ts';
import type { Outage } from './judge.ts';
import { killAtExit } from './killAtExit.ts';
import type { StoreKind } from './terms.ts';

const START_MS = 20_000;

/** A server that keeps leases on disk, so that they outlive its restarts. */
export class StoreServer {
  readonly kind: StoreKind;
  readonly url: string;
  readonly outages: Outage[] = [];
  readonly #port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  readonly #command: readonly [string, ...string[]];
  #child: ChildProcess | undefined;

  private constructor(kind: StoreKind, port: number, command: (folder: string) => readonly [string, ...string[]]) {
    this.kind = kind;
    this.#port = port;
    this.#command = command(this.#folder);
    this.url = `${kind === 'redis' ? 'redis' : 'http'}://127.0.0.1:${port}`;
  }

  static async start(kind: StoreKind): Promise<StoreServer> {
    const port = await freePort();
    const server = kind === 'redis' ? await redis(port) : dynamoDb(port);
    await server.#start();
    return server;

    async function redis(at: number): Promise<StoreServer> {
      const program = await debianProgram('redis-server', 'redis-server');
      const kept = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
      return new StoreServer('redis', at, (folder) => [
        program,
        ...['--port', String(at), '--bind', '127.0.0.1', '--dir', folder, ...kept],
      ]);
    }

    function dynamoDb(at: number): StoreServer {
      const program = join(dirname(createRequire(import.meta.url).resolve('dynalite')), 'cli.js');
      return new StoreServer('dynamodb', at, (folder) => [
        process.execPath,
        ...[program, '--host', '127.0.0.1', '--port', String(at), '--path', join(folder, 'tables')],
      ]);
    }
  }

  /** Ends the server, and starts it again on what it has kept. */
  async restart(downMs: number): Promise<void> {
    const fromMs = nowMs();
    await this.#end();
    await sleep(downMs);
    await this.#start();
    this.outages.push({ fromMs, untilMs: nowMs() });
  }

  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const [program, ...args] = this.#command;
    this.#child = killAtExit(spawn(program, args, { stdio: 'ignore' }));
    const endMs = performance.now() + START_MS;
    while (!(await answers(this.#port))) {
      if (performance.now() > endMs) throw new Error(`${this.kind} does not listen on port ${this.#port}`);
      await sleep(50);
    }
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
