import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { built } from './built.ts';
import type { Seen } from './Seen.ts';

export interface KclWorkerOptions {
  readonly workerId: string;
  readonly application: string;
  readonly kinesis: string;
  readonly dynamo: string;
  /** Records after which it takes no more, and checkpoints no more. */
  readonly limit?: number;
}

/** A worker of the Kinesis Client Library for Java, in a process of its own, that reads the stream `orders`. */
export class KclWorker {
  readonly workerId: string;
  /** Where it checkpointed last, by shard: sequence and sub-sequence number. */
  readonly checkpoints = new Map<string, string>();
  /** What happened to leases, such as `shardId-000000000000 ended`; where one begins, also from which checkpoint. */
  readonly leases: string[] = [];
  /** Checkpoints that it could not write. */
  readonly failures: string[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #seen: Seen;
  #log = '';

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, workerId: string, seen: Seen) {
    this.#process = child;
    this.#seen = seen;
    this.workerId = workerId;
    createInterface(child.stdout).on('line', (line) => this.#hear(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    process.once('exit', () => child.kill('SIGKILL'));
  }

  static async start(options: KclWorkerOptions, seen: Seen): Promise<KclWorker> {
    const { classPath } = await built(import.meta.dirname);
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'us-east-1',
      CBOR_ENABLED: 'false',
      KINESIS_ENDPOINT: options.kinesis,
      DYNAMODB_ENDPOINT: options.dynamo,
      STREAM: 'orders',
      APPLICATION: options.application,
      WORKER_ID: options.workerId,
      INITIAL_POSITION: 'TRIM_HORIZON',
      ...(options.limit === undefined ? {} : { LIMIT: `${options.limit}` }),
    };
    const level = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
    const child = spawn('java', ['-XX:TieredStopAtLevel=1', level, '-cp', classPath, 'kcl.Worker'], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return new KclWorker(child, options.workerId, seen);
  }

  /** Shards that it began to read, whether or not it still does. */
  get begun(): number {
    return new Set(this.leases.filter((each) => each.includes(' initialized ')).map((each) => each.split(' ')[0])).size;
  }

  /** What it wrote to its log. */
  get log(): string {
    return this.#log;
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<void> {
    const closed = once(this.#process, 'close');
    this.#process.stdin.end('stop\n');
    const [status] = (await closed) as [number | null];
    if (status !== 0) throw new Error(`the KCL ended with ${String(status)}; its log: ${this.#log}`);
  }

  /** Kills it, if it still runs. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  #hear(line: string): void {
    const [kind, shardId = '', ...words] = line.split(' ');
    if (kind === 'record') {
      const [sequenceNumber = '', subSequenceNumber, , data = ''] = words;
      this.#seen.add({
        workerId: this.workerId,
        shardId,
        sequenceNumber,
        subSequenceNumber: Number(subSequenceNumber),
        data,
      });
      return;
    }
    if (kind === 'checkpoint') this.checkpoints.set(shardId, words.join(' '));
    if (kind === 'lease') this.leases.push([shardId, ...words].join(' '));
    if (kind === 'failed') this.failures.push([shardId, ...words].join(' '));
    this.#seen.happened();
  }
}
