import { Subject } from 'rxjs';
import { hashKeyToHex, hashOfPartitionKey } from '../../src/aws/hashKey.ts';
import { decodeAggregate } from '../../src/codec/aggregate/decodeAggregate.ts';
import { text } from '../../src/codec/text.ts';
import { RecordRejectedError } from '../../src/errors/RecordRejectedError.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { Chance } from './Chance.ts';
import { WrittenRequests } from './WrittenRequests.ts';

const ROUGH_MS = 8_000;
const CALM_MS = 300_000;
const KEYS = 8;
const MIB = 2 ** 20;
/** So long an aggregate may be looked for. */
const LOOK_MS = 5_000;
/** So late a timer may be, as some ring together. */
const TOGETHER_MS = 50;

interface Input {
  readonly id: number;
  readonly key: string;
  readonly explicitHashKey: string | undefined;
  /** Of data. */
  readonly size: number;
}

/** Where a record stands in the stream, for a reader that passes over an aggregate whole of which one record does not belong in the shard. */
interface Place {
  readonly shardId: string;
  readonly sequenceNumber: bigint;
  readonly subSequenceNumber: number;
  readonly ms: number;
}

export interface WritingOutcome {
  /** Laws broken; none is as it should be. */
  readonly violations: readonly string[];
  readonly options: string;
  readonly inputs: number;
  readonly stored: number;
  readonly aggregates: number;
}

/** A writer with options drawn by chance, while the service fails in all its ways and the stream is resharded; then calm, to the end. */
export function writeThroughTroubles(seed: number): WritingOutcome {
  return new Writing(seed).outcome();
}

type Limit = 'maxBatchBytes' | 'maxBatchRecords' | 'maxRecordBytes' | 'ttlMs';
type Options = ToKinesisOptions<Input> & Readonly<Record<Limit, number>>;

class Writing {
  readonly #chance: Chance;
  readonly #clock = new VirtualClock();
  readonly #fake: FakeKinesis;
  readonly #options: Options;
  readonly #requests: WrittenRequests;
  readonly #inputs: Input[] = [];
  readonly #results = new Map<number, PutResult<Input>[]>();
  readonly #resultIds: number[] = [];
  readonly #putMs: number[] = [];
  readonly #violations: string[] = [];
  #isComplete = false;

  constructor(seed: number) {
    const chance = new Chance(seed);
    this.#chance = chance;
    this.#fake = new FakeKinesis({
      scheduler: this.#clock,
      seed,
      streams: { orders: { shards: chance.from(1, 6) } },
      latencyMs: chance.of(0, 5, 40),
    });
    this.#options = {
      order: chance.of('none', 'partitionKey'),
      aggregate: chance.of<boolean | { maxBytes: number; maxRecords: number }>(false, true, {
        maxBytes: 1_024,
        maxRecords: chance.of(2, 5),
      }),
      resultOrder: chance.of('completion', 'input'),
      lingerMs: chance.of(0, 10, 100),
      maxBatchRecords: chance.of(1, 7, 500),
      maxBatchBytes: chance.of(1_000, 4_000, 5 * MIB),
      maxRecordBytes: chance.of(2_000, MIB, MIB),
      maxInFlightRequests: chance.of(1, 2, 8),
      shardRecordsPerSecond: chance.of(20, 1_000, Infinity),
      shardBytesPerSecond: chance.of(4_000, MIB, Infinity),
      backoff: { initialMs: 20, maxMs: 500 },
      requestTimeoutMs: chance.of(500, 2_000, 60_000),
      ttlMs: chance.of(CALM_MS, CALM_MS, 1_500),
      maxAttempts: chance.of(Infinity, Infinity, 3),
    };
    this.#requests = new WrittenRequests({
      ...this.#options,
      client: this.#fake,
      scheduler: this.#clock,
      endOfLife: (id) => this.#endOfLife(id),
    });
  }

  outcome(): WritingOutcome {
    const source = new Subject<Input>();
    source
      .pipe(
        toKinesis('orders', {
          ...this.#options,
          client: this.#requests,
          scheduler: this.#clock,
          random: this.#chance.next,
          codec: { name: 'id', encode, decode: fail },
          partitionKey: ({ key }) => key,
          explicitHashKey: ({ explicitHashKey }) => explicitHashKey,
          onFailure: 'emit',
        }),
      )
      .subscribe({
        next: (result) => {
          const { id } = result.value;
          this.#resultIds.push(id);
          const lateMs = this.#clock.now() - this.#lastMsOf(result.value);
          if (this.#options.resultOrder === 'completion' && lateMs > 0) {
            this.#violations.push(`record ${id} has its result ${lateMs} ms too late`);
          }
          this.#results.set(id, [...(this.#results.get(id) ?? []), result]);
        },
        error: (error: unknown) => this.#violations.push(`errors: ${String(error)}`),
        complete: () => (this.#isComplete = true),
      });
    const endMs = this.#clock.now() + ROUGH_MS;
    while (this.#clock.now() < endMs) {
      this.#clock.pass(this.#chance.from(1, 120));
      if (this.#chance.is(0.7)) this.#put(source, this.#chance.from(1, 12));
      if (this.#chance.is(0.08)) this.#disturb();
      if (this.#chance.is(0.05)) this.#reshard();
    }
    this.#fake.clearFaults();
    source.complete();
    for (let passed = 0; passed < CALM_MS && !this.#isComplete; passed += 500) this.#clock.pass(500);
    return this.#judge();
  }

  #endOfLife(id: number): number {
    return this.#putMs[id]! + this.#options.ttlMs;
  }

  /** A result comes when a life ends, or later, when a request does that was under way then: with the record, or where order is kept one before it. */
  #lastMsOf({ id, key }: Input): number {
    const { order, aggregate } = this.#options;
    const endedMs = this.#requests.endedMs(order === 'partitionKey' ? key : id) + (aggregate ? LOOK_MS : 0);
    return Math.max(this.#endOfLife(id), endedMs) + TOGETHER_MS;
  }

  #put(source: Subject<Input>, count: number): void {
    for (let n = 0; n < count; n += 1) {
      const key = `key-${this.#chance.from(1, KEYS)}`;
      const explicitHashKey = this.#chance.is(0.1) ? String(2n ** 120n * BigInt(this.#chance.from(0, 255))) : undefined;
      const size = this.#chance.is(0.8) ? this.#chance.from(4, 40) : this.#chance.from(100, 2_500);
      const input = { id: this.#inputs.length, key, explicitHashKey, size };
      this.#inputs.push(input);
      this.#putMs.push(this.#clock.now());
      source.next(input);
    }
  }

  #disturb(): void {
    const { next } = this.#chance;
    const times = this.#chance.from(1, 4);
    this.#chance.of<() => unknown>(
      () => this.#fake.fail({ operation: 'PutRecords', times }),
      () => this.#fake.cut({ operation: 'PutRecords', times, effect: this.#chance.of('before', 'after') }),
      () => this.#fake.delay({ operation: 'PutRecords', times, ms: this.#chance.from(10, 3_000) }),
      () => this.#fake.hang({ operation: this.#chance.of('PutRecords', 'ListShards'), times }),
      () => this.#fake.failEntries({ times: times * 5, probability: 0.3 + next() / 2 }),
      () => this.#fake.throttle({ what: 'writes', forMs: this.#chance.from(50, 1_500) }),
      () =>
        this.#fake.fail({
          operation: 'ListShards',
          times,
          error: this.#chance.of('InternalFailure', 'AccessDeniedException'),
        }),
      () => this.#fake.delay({ operation: 'ListShards', times, ms: this.#chance.from(10, 4_000) }),
    )();
  }

  #reshard(): void {
    const open = this.#openShards();
    const at = this.#chance.from(0, open.length - 1);
    const [one, other] = [open[at]!, open[at + 1]];
    if (open.length < 8 && (!other || this.#chance.is(0.6))) this.#fake.split('orders', one);
    else if (other) this.#fake.merge('orders', one, other);
  }

  #openShards(): string[] {
    return this.#fake
      .shards('orders')
      .filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber)
      .map(({ ShardId, HashKeyRange }) => ({ id: ShardId!, start: BigInt(HashKeyRange!.StartingHashKey!) }))
      .sort((a, b) => (a.start < b.start ? -1 : 1))
      .map(({ id }) => id);
  }

  #judge(): WritingOutcome {
    const problems = [...this.#violations, ...this.#requests.violations];
    if (!this.#isComplete)
      problems.push(`does not complete: ${this.#resultIds.length} of ${this.#inputs.length} results`);
    if (this.#clock.pending > 0) problems.push(`${this.#clock.pending} timers are left`);
    const { places, aggregates, stored } = this.#visible();
    for (const { id, key, size } of this.#inputs) {
      const isTooLarge = size + key.length > this.#options.maxRecordBytes;
      const results = this.#results.get(id) ?? [];
      if (results.length !== 1) problems.push(`record ${id} has ${results.length} results`);
      for (const result of results) {
        const isRejected = result.error instanceof RecordRejectedError;
        if (isRejected !== isTooLarge)
          problems.push(`record ${id} of ${size} bytes is ${isRejected ? '' : 'not '}rejected`);
        if (result.error && !isRejected && !this.#mayFail)
          problems.push(`record ${id} failed: ${result.error.message}`);
        else if (!result.error && !places.has(id)) problems.push(`record ${id} is not where a reader finds it`);
      }
    }
    if (this.#options.resultOrder === 'input' && this.#resultIds.some((id, index) => id !== index)) {
      problems.push('results come in another order than the inputs');
    }
    if (this.#options.order === 'partitionKey') problems.push(...this.#disorder(places));
    return {
      violations: problems,
      options: JSON.stringify(this.#options),
      inputs: this.#inputs.length,
      stored,
      aggregates,
    };
  }

  get #mayFail(): boolean {
    const { ttlMs, maxAttempts } = this.#options;
    return ttlMs !== CALM_MS || maxAttempts !== Infinity;
  }

  /** Of each key, each record is in the stream for the first time after the one before it. */
  #disorder(places: ReadonlyMap<number, Place>): string[] {
    const problems: string[] = [];
    const last = new Map<string, number>();
    for (const { id, key } of this.#inputs) {
      const before = last.get(key);
      last.set(key, id);
      const [one, other] = [before === undefined ? undefined : places.get(before), places.get(id)];
      if (one && other && isBefore(other, one)) problems.push(`record ${id} of ${key} comes before ${before}`);
    }
    return problems;
  }

  /** Where each record is for the first time. */
  #visible(): { places: Map<number, Place>; aggregates: number; stored: number } {
    const ranges = new Map(
      this.#fake
        .shards('orders')
        .map(({ ShardId, HashKeyRange }) => [
          ShardId,
          { start: hex(HashKeyRange!.StartingHashKey!), end: hex(HashKeyRange!.EndingHashKey!) },
        ]),
    );
    const places = new Map<number, Place>();
    const records = this.#fake.records('orders');
    let aggregates = 0;
    for (const { shardId, sequenceNumber, approximateArrivalTimestamp, data } of records) {
      const { start, end } = ranges.get(shardId)!;
      const users = decodeAggregate(data);
      if (users) aggregates += 1;
      const hashOf = (user: { partitionKey: string; explicitHashKey?: string | undefined }) =>
        user.explicitHashKey === undefined ? hashOfPartitionKey(user.partitionKey) : hex(user.explicitHashKey);
      if (users?.some((user) => hashOf(user) < start || hashOf(user) > end)) continue;
      (users ?? [{ data }]).forEach((user, subSequenceNumber) => {
        const id = Number(Buffer.from(user.data).toString());
        const ms = approximateArrivalTimestamp.getTime();
        const place = { shardId, sequenceNumber: BigInt(sequenceNumber), subSequenceNumber, ms };
        const known = places.get(id);
        if (!known || isBefore(place, known)) places.set(id, place);
      });
    }
    return { places, aggregates, stored: records.length };
  }
}

/** Of places in two shards at one millisecond neither is before the other. */
function isBefore(one: Place, other: Place): boolean {
  if (one.shardId !== other.shardId) return one.ms < other.ms;
  if (one.sequenceNumber !== other.sequenceNumber) return one.sequenceNumber < other.sequenceNumber;
  return one.subSequenceNumber < other.subSequenceNumber;
}

const CONTEXT = { streamName: 'orders', shardId: undefined, partitionKey: undefined };
const encode = ({ id, size }: Input) => text().encode(String(id).padEnd(size), CONTEXT);
const hex = (hashKey: string) => hashKeyToHex(BigInt(hashKey));
const fail = (): never => {
  throw new Error('nothing is read here');
};
