import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianProgram } from './debianProgram.ts';
import { untilSaid } from './untilSaid.ts';

/** A node of a cluster listens on this many ports further as well. */
const BUS = 10_000;

/** A redis-server of its own, which keeps nothing when it stops unless told otherwise. */
export class RedisServer {
  readonly port: number;
  readonly #dir: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, dir: string, args: readonly string[]) {
    this.port = port;
    this.#dir = dir;
    this.#args = args;
  }

  /** Starts one, with further options as on the command line; rejects with a line that says how to get the program where there is none. */
  static async start(...args: string[]): Promise<RedisServer> {
    const dir = await mkdtemp(join(tmpdir(), 'rxjs-kinesis-redis-'));
    const server = new RedisServer(await freePort(), dir, args);
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the program, again after {@link kill}: on the same port, with the same folder. */
  async run(): Promise<void> {
    const program = await debianProgram('redis-server', 'redis-server');
    const options = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#dir, '--save', ''];
    const child = spawn(program, [...options, ...this.#args], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    const abandon = () => child.kill('SIGKILL');
    process.once('exit', abandon);
    child.once('exit', () => process.off('exit', abandon));
    await untilSaid(child.stdout, /Ready to accept connections/);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = await listenOn(0);
    if (port !== undefined && port + BUS < 65_536 && (await listenOn(port + BUS)) !== undefined) return port;
  }
}

/** The port, if one could listen on it. */
async function listenOn(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  await once(server.close(), 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
