import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interval, lastValueFrom, map, take, toArray } from 'rxjs';
import { json } from '../src/codec/json.ts';
import { seededRandom } from '../src/internal/seededRandom.ts';
import { toKinesis } from '../src/producer/toKinesis.ts';
import { LocalKinesis } from '../src/testing/LocalKinesis.ts';
import { readJournal } from './Journal.ts';
import { judge, type Verdict, type Written } from './judge.ts';
import { StoreServer } from './StoreServer.ts';
import { LEASE_MS, type Order, type StoreKind, STREAM, type WorkerTask } from './terms.ts';
import { WorkerProcess } from './WorkerProcess.ts';

export interface ChaosOptions {
  readonly store: StoreKind;
  readonly seconds: number;
  readonly seed: number;
  readonly report: (event: string) => void;
}

export interface ChaosResult extends Verdict {
  readonly store: StoreKind;
  readonly incidents: Readonly<Record<string, number>>;
  readonly processes: number;
  readonly seconds: number;
}

const WORKERS = 6;
const SHARDS = 12;
const CUSTOMERS = 60;
const RECORDS_PER_SECOND = 200;
/** Between two incidents. */
const [LEAST_PAUSE_MS, MOST_PAUSE_MS] = [500, 2_500];
const BACK_MS = 500;
const SETTLE_MS = 90_000;

/** Lets workers share a stream through a store, disturbs all of them for a while, and tells what became of the records. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const server = await StoreServer.start(options.store);
  const local = await LocalKinesis.start({ streams: { [STREAM]: { shards: SHARDS } } });
  const folder = mkdtempSync(join(tmpdir(), 'chaos-journals-'));
  const run = new Run(options, server, local, folder);
  try {
    return await run.toTheEnd();
  } finally {
    await run.abandon();
    await local.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Run {
  readonly #options: ChaosOptions;
  readonly #server: StoreServer;
  readonly #local: LocalKinesis;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #all: WorkerProcess[] = [];
  /** Those that nothing is done to. */
  readonly #calm = new Set<WorkerProcess>();
  readonly #incidents: Record<string, number> = {};
  readonly #underWay = new Set<Promise<void>>();
  /** What went wrong with what nobody waits for at once. */
  readonly #failures: unknown[] = [];
  #isStoreCalm = true;
  #isOver = false;

  constructor(options: ChaosOptions, server: StoreServer, local: LocalKinesis, folder: string) {
    this.#options = options;
    this.#server = server;
    this.#local = local;
    this.#folder = folder;
    this.#random = seededRandom(options.seed);
  }

  async toTheEnd(): Promise<ChaosResult> {
    const startedMs = performance.now();
    const seconds = () => (performance.now() - startedMs) / 1_000;
    for (let n = 0; n < WORKERS; n += 1) this.#start();
    let written: readonly Written[] = [];
    this.#track(async () => {
      written = await this.#write();
    });
    while (seconds() < this.#options.seconds && this.#failures.length === 0) {
      await sleep(LEAST_PAUSE_MS + this.#random() * (MOST_PAUSE_MS - LEAST_PAUSE_MS));
      this.#disturb();
    }
    // What is under way may start a worker, which is under way as well.
    while (this.#underWay.size > 0 && this.#failures.length === 0) await Promise.race(this.#underWay);
    if (this.#failures.length > 0) throw this.#failures[0];
    await this.#untilProcessed(written);
    await Promise.all(this.#all.filter(({ isAlive }) => isAlive).map((worker) => worker.stop()));
    const verdict = judge({
      written,
      witnesses: this.#witnesses(),
      parents: this.#parents(),
      outages: this.#server.outages,
      leaseMs: LEASE_MS,
    });
    const failures = this.#all
      .filter(({ exit, disturbances }) => exit !== 0 && !disturbances.some(({ kind }) => kind === 'kill'))
      .map(({ task, exit }) => `${task.workerId} ended with ${String(exit)}`);
    return {
      ...verdict,
      violations: [...verdict.violations, ...failures],
      store: this.#options.store,
      incidents: this.#incidents,
      processes: this.#all.length,
      seconds: seconds(),
    };
  }

  /** Ends what may still run. */
  async abandon(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all.filter(({ isAlive }) => isAlive).map((worker) => worker.kill()));
  }

  /** Writes orders until the troubles end, and resolves with where they are in the stream. */
  #write(): Promise<Written[]> {
    let id = 0;
    const orders = interval(1_000 / RECORDS_PER_SECOND).pipe(
      take(this.#options.seconds * RECORDS_PER_SECOND),
      map((): Order => ({ id: id++, customerId: `customer-${Math.floor(this.#random() * CUSTOMERS)}` })),
    );
    return lastValueFrom(
      orders.pipe(
        toKinesis(STREAM, {
          client: this.#local.clientConfig,
          codec: json<Order>(),
          partitionKey: ({ customerId }) => customerId,
          order: 'partitionKey',
        }),
        map(({ value, shardId, sequenceNumber }) => ({ id: value.id, shardId, sequenceNumber })),
        toArray(),
      ),
    );
  }

  #start(): void {
    if (this.#isOver) return;
    const workerId = `worker-${this.#all.length + 1}`;
    const { kind, url } = this.#server;
    const task: WorkerTask = {
      workerId,
      kinesis: this.#local.endpoint,
      store: { kind, url },
      journalPath: join(this.#folder, workerId),
    };
    const worker = new WorkerProcess(task);
    this.#all.push(worker);
    this.#track(async () => {
      while (worker.isAlive && readJournal(task.journalPath).length === 0) await sleep(50);
      if (worker.isAlive) this.#calm.add(worker);
    });
    void worker.ended.then(() => this.#calm.delete(worker));
  }

  #disturb(): void {
    const incidents = { kill: 3, stop: 3, pause: 3, store: 1, reshard: 2, service: 2 };
    const kinds = Object.entries(incidents).flatMap(([kind, share]) => Array<string>(share).fill(kind));
    const kind = this.#pick(kinds) ?? 'kill';
    if (kind === 'reshard') this.#reshard();
    else if (kind === 'service') this.#disturbService();
    else if (kind === 'store') this.#restartStore();
    else this.#disturbWorker(kind);
  }

  #disturbWorker(kind: string): void {
    const worker = this.#pick([...this.#calm]);
    // Somebody has to be left.
    if (!worker || this.#calm.size <= WORKERS / 2) return;
    this.#calm.delete(worker);
    this.#count(kind, worker.task.workerId);
    this.#track(async () => {
      if (kind === 'pause') {
        await worker.pause(() => sleep(LEASE_MS * (0.5 + 2 * this.#random())));
        if (worker.isAlive) this.#calm.add(worker);
        return;
      }
      await (kind === 'kill' ? worker.kill() : worker.stop());
      await sleep(BACK_MS);
      this.#start();
    });
  }

  #restartStore(): void {
    if (!this.#isStoreCalm) return;
    this.#isStoreCalm = false;
    this.#count('store', this.#server.kind);
    this.#track(async () => {
      await this.#server.restart(this.#random() * LEASE_MS);
      this.#isStoreCalm = true;
    });
  }

  #reshard(): void {
    const { fake } = this.#local;
    const open = fake
      .shards(STREAM)
      .filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber)
      .map(({ ShardId = '', HashKeyRange }) => ({ id: ShardId, start: BigInt(HashKeyRange?.StartingHashKey ?? 0) }))
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    const at = Math.floor(this.#random() * open.length);
    const [one, other] = [open[at], open[at + 1]];
    if (!one) return;
    this.#count('reshard', one.id);
    if (open.length < SHARDS || !other) fake.split(STREAM, one.id);
    else fake.merge(STREAM, one.id, other.id);
  }

  #disturbService(): void {
    const { fake } = this.#local;
    this.#count('service', 'errors');
    fake.fail({ operation: 'GetRecords', error: 'InternalFailure', times: 5 });
    fake.cut({ operation: 'PutRecords', times: 1, effect: 'before' });
  }

  /** Waits until every record was processed, or for as long as that may take. */
  async #untilProcessed(written: readonly Written[]): Promise<void> {
    const endMs = performance.now() + SETTLE_MS;
    for (;;) {
      const processed = new Set(
        this.#witnesses().flatMap(({ journal }) => journal.flatMap((e) => (e.type === 'processed' ? [e.id] : []))),
      );
      if (written.every(({ id }) => processed.has(id)) || performance.now() > endMs) return;
      await sleep(1_000);
    }
  }

  #witnesses() {
    return this.#all.map(({ task, disturbances, exit }) => ({
      workerId: task.workerId,
      disturbances,
      exit,
      journal: readJournal(task.journalPath),
    }));
  }

  #parents(): Map<string, string[]> {
    return new Map(
      this.#local.fake
        .shards(STREAM)
        .map(({ ShardId = '', ParentShardId, AdjacentParentShardId }) => [
          ShardId,
          [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
        ]),
    );
  }

  #count(kind: string, what: string): void {
    this.#incidents[kind] = (this.#incidents[kind] ?? 0) + 1;
    this.#options.report(`${kind} ${what}`);
  }

  #track(work: () => Promise<void>): void {
    const doing = work()
      .catch((error: unknown) => {
        this.#failures.push(error);
      })
      .finally(() => this.#underWay.delete(doing));
    this.#underWay.add(doing);
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}
