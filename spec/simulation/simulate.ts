import type { Observable } from 'rxjs';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { AggregateBuilder } from '../../src/codec/aggregate/AggregateBuilder.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { Chance } from './Chance.ts';
import { Observer } from './Observer.ts';
import { LEASE_MS, RECORD_BYTES, SimulatedWorker } from './SimulatedWorker.ts';

const ROUGH_MS = 20_000;
const CALM_MS = 240_000;
const BALANCE_MS = 30_000;
/** Every so many seeds there are many workers and shards. */
const CROWD_EVERY = 100;
const SMALL = { workers: [1, 3], shards: [1, 6], maxShards: 10, writes: 12, pollMs: 500 } as const;
const CROWD = { workers: [2, 20], shards: [20, 200], maxShards: 210, writes: 120, pollMs: 5_000 } as const;

export interface Outcome {
  /** Laws broken; none is as it should be. */
  readonly violations: readonly string[];
  readonly trace: string;
  readonly written: number;
  readonly deliveries: number;
}

/** One life of a stream and its readers: half a minute of troubles, then calm until all is done, then a graceful stop. */
export function simulate(seed: number): Outcome {
  const life = new Life(seed);
  life.rough();
  life.calm();
  life.end();
  return life.outcome;
}

class Life {
  readonly #chance: Chance;
  readonly #size: typeof SMALL | typeof CROWD;
  readonly #clock = new VirtualClock();
  readonly #observer = new Observer(this.#clock);
  readonly #fake: FakeKinesis;
  readonly #store = memoryCheckpoints();
  readonly #aggregates: boolean;
  readonly #startAt: 'TRIM_HORIZON' | 'LATEST';
  readonly #startMs = this.#clock.now();
  readonly #all: SimulatedWorker[] = [];
  #workers: SimulatedWorker[] = [];
  #written = 0;
  #isOpenForWrites: boolean;
  readonly #problems: string[] = [];

  constructor(seed: number) {
    this.#chance = new Chance(seed);
    this.#size = seed % CROWD_EVERY === 0 ? CROWD : SMALL;
    const [fewest, most] = this.#size.shards;
    this.#fake = new FakeKinesis({
      scheduler: this.#clock,
      seed,
      streams: { orders: { shards: this.#chance.from(fewest, most) } },
      latencyMs: this.#chance.of(0, 5, 40),
      shardEnd: this.#chance.of('afterRecords', 'withRecords'),
    });
    this.#startAt = this.#chance.is(0.25) ? 'LATEST' : 'TRIM_HORIZON';
    this.#aggregates = seed % 3 === 0;
    this.#isOpenForWrites = this.#startAt === 'TRIM_HORIZON';
    this.#noteShards();
  }

  get outcome(): Outcome {
    const { violations, trace, deliveries } = this.#observer;
    return { violations: [...violations, ...this.#problems], trace, deliveries, written: this.#written };
  }

  rough(): void {
    const chance = this.#chance;
    const { writes, workers } = this.#size;
    const [fewest, maxWorkers] = workers;
    const first = fewest === 1 ? 1 : chance.from(fewest, maxWorkers);
    for (let n = 0; n < first; n += 1) this.#start();
    const endMs = this.#clock.now() + ROUGH_MS;
    while (this.#clock.now() < endMs) {
      this.#clock.pass(chance.from(1, 600));
      this.#openForWrites();
      if (chance.is(0.6)) this.#write(chance.from(1, writes));
      if (chance.is(0.06)) this.#reshard();
      if (chance.is(0.15)) this.#disturbService();
      if (chance.is(0.15)) this.#disturbStore();
      if (chance.is(0.08) && this.#workers.length < maxWorkers) this.#start();
      if (chance.is(0.15)) this.#pause(chance.of(...this.#workers));
      if (chance.is(0.06)) this.#end(chance.of(...this.#workers));
      if (this.#workers.length === 0 && chance.is(0.3)) this.#start();
    }
  }

  calm(): void {
    this.#fake.clearFaults();
    if (this.#workers.length === 0) this.#start();
    for (const worker of this.#workers) worker.calm();
    this.#write(5);
    const startMs = this.#clock.now();
    while (!this.#observer.isAllSettled && this.#clock.now() - startMs < CALM_MS) this.#clock.pass(500);
    if (!this.#observer.isAllSettled) this.#problems.push(`never settled: ${this.#observer.unsettled}`);
    this.#balance();
    this.#quiet();
  }

  /** Each worker gets its share of the shards that are read, give or take one: they come one by one, each at a scan. */
  #balance(): void {
    const endMs = this.#clock.now() + BALANCE_MS;
    while (this.#imbalance.length > 0 && this.#clock.now() < endMs) this.#clock.pass(1_000);
    this.#problems.push(...this.#imbalance);
  }

  get #imbalance(): string[] {
    const problems: string[] = [];
    (this.#store.leases('orders') as Observable<readonly Lease[]>).subscribe((leases) => {
      const read = leases.filter(({ checkpoint }) => checkpoint !== 'SHARD_END');
      const fair = read.length / this.#workers.length;
      for (const { id } of this.#workers) {
        const owned = read.filter(({ owner }) => owner === id).length;
        if (Math.abs(owned - fair) > 1) problems.push(`${id} has ${owned} shards; ${fair} were fair`);
      }
      const free = read.filter(({ owner }) => owner === undefined).length;
      if (free > 0) problems.push(`${free} shards have no reader`);
    });
    return problems;
  }

  /** What a hand-over left unsettled is delivered once more: a stop without a drain would leave it behind. */
  #quiet(): void {
    let events: number;
    do {
      events = this.#observer.events;
      this.#clock.pass(1_000);
    } while (this.#observer.events > events);
  }

  end(): void {
    for (const worker of this.#workers) worker.stop();
    this.#clock.pass(15_000);
    for (const { isComplete, id } of this.#workers) if (!isComplete) this.#problems.push(`${id} does not complete`);
    const { behind } = this.#observer;
    if (behind.length > 0) this.#problems.push(`checkpoints behind after a graceful stop: ${behind.join()}`);
    for (const worker of this.#all) worker.leave();
    this.#clock.pass(60_000);
    if (this.#clock.pending > 0) this.#problems.push(`${this.#clock.pending} timers are left`);
    this.#countCalls();
  }

  /** No loop without a delay: a worker and shard makes 5 reads a second, and some more calls after failures. */
  #countCalls(): void {
    const seconds = (this.#clock.now() - this.#startMs) / 1_000;
    const shards = this.#fake.shards('orders').length;
    const most = seconds * (10 * shards * this.#size.workers[1] + 10);
    if (this.#fake.calls.count() > most) this.#problems.push(`${this.#fake.calls.count()} calls in ${seconds} s`);
    const storeCalls = this.#all.reduce((sum, { store }) => sum + store.calls, 0);
    if (storeCalls > most) this.#problems.push(`${storeCalls} calls of the store in ${seconds} s`);
  }

  #start(): void {
    const worker = new SimulatedWorker(`w${this.#all.length}`, {
      clock: this.#clock,
      fake: this.#fake,
      store: this.#store,
      observer: this.#observer,
      chance: this.#chance,
      startAt: this.#startAt,
      aggregates: this.#aggregates,
      pollMs: this.#size.pollMs,
    });
    this.#all.push(worker);
    this.#workers.push(worker);
  }

  /** Readers that begin at LATEST miss what is written before each shard has its place in the store. */
  #openForWrites(): void {
    if (this.#isOpenForWrites) return;
    (this.#store.leases('orders') as Observable<readonly Lease[]>).subscribe((leases) => {
      this.#isOpenForWrites = leases.length > 0 && leases.every(({ checkpoint }) => checkpoint !== 'LATEST');
    });
  }

  #pause(worker: SimulatedWorker | undefined): void {
    if (!worker) return;
    const ms = this.#chance.from(200, 4 * LEASE_MS);
    this.#observer.note(`${worker.id} stands still for ${ms} ms`);
    worker.pause(ms);
  }

  #end(worker: SimulatedWorker | undefined): void {
    if (!worker) return;
    this.#workers = this.#workers.filter((each) => each !== worker);
    const way = this.#chance.of('crash', 'stop', 'leave');
    this.#observer.note(`${worker.id}: ${way}`);
    worker[way]();
  }

  #write(count: number): void {
    if (!this.#isOpenForWrites) return;
    for (let i = 0; i < count; i += 1) {
      if (this.#aggregates && this.#chance.is(0.4)) {
        this.#writeAggregate(this.#chance.from(2, 6));
        continue;
      }
      const partitionKey = `key-${String(this.#chance.from(0, 30)).padStart(2, '0')}`;
      const size = this.#chance.from(RECORD_BYTES.min, RECORD_BYTES.max) - partitionKey.length;
      const [place] = this.#fake.put('orders', { partitionKey, data: 'x'.repeat(size) });
      this.#observer.written(place!.shardId, { ...place!, subSequenceNumber: 0 });
      this.#written += 1;
    }
  }

  #writeAggregate(count: number): void {
    const builder = new AggregateBuilder();
    const explicitHashKey = String(2n ** 120n * BigInt(this.#chance.from(0, 255)));
    for (let i = 0; i < count; i += 1) {
      builder.add({ partitionKey: `key-${this.#chance.from(0, 30)}`, explicitHashKey, data: Buffer.from('x') });
    }
    const [place] = this.#fake.put('orders', { partitionKey: 'a', explicitHashKey, data: builder.encode() });
    for (let i = 0; i < count; i += 1) this.#observer.written(place!.shardId, { ...place!, subSequenceNumber: i });
    this.#written += count;
  }

  #reshard(): void {
    if (!this.#isOpenForWrites) return;
    const open = this.#fake
      .shards('orders')
      .filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber)
      .map(({ ShardId, HashKeyRange }) => ({ id: ShardId!, start: BigInt(HashKeyRange!.StartingHashKey!) }))
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    const at = this.#chance.from(0, open.length - 1);
    const [one, other] = [open[at]!, open[at + 1]];
    if (open.length < this.#size.maxShards && (!other || this.#chance.is(0.5))) this.#fake.split('orders', one.id);
    else if (other) this.#fake.merge('orders', one.id, other.id);
    this.#noteShards();
  }

  #disturbService(): void {
    const chance = this.#chance;
    const operation = chance.of('GetRecords', 'GetShardIterator', 'ListShards');
    const times = chance.from(1, 6);
    this.#observer.note(`service: trouble with ${operation}`);
    const error = chance.of('InternalFailure', 'ProvisionedThroughputExceededException', 'ExpiredIteratorException');
    chance.of<() => unknown>(
      () => this.#fake.fail({ operation, error, times, effect: chance.of('before', 'after') }),
      () => this.#fake.throttle({ forMs: chance.from(100, 3_000), what: 'reads' }),
      () => this.#fake.cut({ operation, times, effect: chance.of('before', 'after') }),
      () => this.#fake.delay({ operation, times, ms: chance.from(10, 5_000) }),
      () => this.#fake.expireIterators(),
      () => this.#fake.emptyAnswers({ times }),
    )();
  }

  #disturbStore(): void {
    const worker = this.#chance.of(...this.#workers) as SimulatedWorker | undefined;
    if (!worker) return;
    const { store } = worker;
    if (this.#chance.is(0.4)) {
      store.trouble = this.#chance.of(0, 0.05, 0.3, 0.9);
      return;
    }
    this.#observer.note(`${worker.id} is cut off the store`);
    store.isCut = true;
    this.#clock.schedule(() => void (store.isCut = false), this.#chance.from(100, 2 * LEASE_MS));
  }

  #noteShards(): void {
    for (const { ShardId, ParentShardId, AdjacentParentShardId } of this.#fake.shards('orders')) {
      const parents = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
      this.#observer.shardExists(ShardId!, parents);
    }
  }
}
