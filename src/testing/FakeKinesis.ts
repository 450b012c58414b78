import type { Shard } from '@aws-sdk/client-kinesis';
import { Observable, type SchedulerLike } from 'rxjs';
import type { KinesisCommand, SendOptions } from '../aws/KinesisClientLike.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { answerAfter } from './fake/answerAfter.ts';
import { CallLog } from './fake/CallLog.ts';
import { describeShard } from './fake/describeShard.ts';
import { EndlessReading } from './fake/EndlessReading.ts';
import { Exchanges, type Exchange } from './fake/Exchanges.ts';
import { FakeService } from './fake/FakeService.ts';
import type { FakeShard } from './fake/FakeShard.ts';
import type { FakeStream } from './fake/FakeStream.ts';
import { type FaultEffect, type FaultTrigger, isLate } from './fake/Fault.ts';
import { Faults } from './fake/Faults.ts';
import { areNeighbours, mergeShards, splits, splitShard } from './fake/reshard.ts';
import { operationOf } from './fake/operationOf.ts';
import { sdkAnswer } from './fake/sdkAnswer.ts';
import { sdkInput } from './fake/sdkInput.ts';
import { seededRandom } from '../internal/seededRandom.ts';
import { serviceError } from './fake/serviceError.ts';
import { shardOf } from './fake/writeOperations.ts';
import type { CommandOutput, FakeRecord, FakeStoredRecord } from './FakeRecord.ts';
import {
  checkFakeOptions,
  checkStreamOptions,
  type FakeKinesisOptions,
  type FakeStreamOptions,
} from './FakeKinesisOptions.ts';
import type {
  DelayFaultOptions,
  EntryFaultOptions,
  FailFaultOptions,
  FakeKinesisFault,
  LateFaultOptions,
  ShardFaultOptions,
  ThrottleFaultOptions,
} from './FakeKinesisFault.ts';

const MAX_DELAY_MS = 3_600_000;
const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;

/**
 * A Kinesis in memory: answers the SDK's commands on a scheduler, in virtual time too, within the service's limits and with its very errors.
 *
 * It performs CreateStream, DeleteStream, DescribeStream, DescribeStreamSummary, ListStreams, ListShards, GetShardIterator, GetRecords,
 * PutRecord, PutRecords, SplitShard, MergeShards, UpdateShardCount, Increase- and DecreaseStreamRetentionPeriod, UpdateMaxRecordSize,
 * DescribeLimits and the three tag operations of a stream. Every other command, consumers and SubscribeToShard among them, is answered
 * with `UnknownOperationException`.
 *
 * In virtual time, 200,000 reads in an hour or more in which nothing is put or changed throw out of the scheduler's `flush()`: some reader lacks `until`.
 *
 * Records are kept packed, about 250 bytes each beside their data, until retention trims them. With the same seed, the same commands
 * at the same times have the same answers.
 *
 * @example
 * ```ts
 * const fake = new FakeKinesis({ streams: { orders: { shards: 4 } } });
 * fake.put('orders', { partitionKey: 'a', data: 'first' });
 * fake.fail({ operation: 'GetRecords', error: 'InternalFailure', times: 2 });
 * fake.send(new ListShardsCommand({ StreamName: 'orders' })).subscribe(({ Shards }) => console.log(Shards));
 * ```
 */
export class FakeKinesis {
  /** The calls that arrived, counted. */
  readonly calls = new CallLog();
  readonly #scheduler: SchedulerLike;
  readonly #latencyMs: number;
  readonly #service: FakeService;
  readonly #faults: Faults;
  readonly #exchanges: Exchanges;
  readonly #reading: EndlessReading;

  /** @throws TypeError or RangeError naming the option, its range and what was given. */
  constructor(options: FakeKinesisOptions = {}) {
    const { latencyMs, scheduler, ...settings } = checkFakeOptions(options);
    this.#scheduler = scheduler;
    this.#reading = new EndlessReading(scheduler);
    this.#latencyMs = latencyMs;
    this.#service = new FakeService({ ...settings, clock: () => scheduler.now() });
    this.#faults = new Faults(this.#service, seededRandom(settings.seed));
    this.#service.gate = this.#faults;
    this.#exchanges = new Exchanges(this.#service, this.#faults, this.calls);
    for (const [name, stream] of Object.entries(options.streams ?? {})) this.createStream(name, stream);
  }

  /** The region that its ARNs name. */
  get region(): string {
    return this.#service.settings.region;
  }

  /**
   * Performs a command of `@aws-sdk/client-kinesis`, of any copy of it, at each subscription.
   *
   * The request arrives, and has its effect, when it is subscribed to; the answer comes on the scheduler after the latency.
   * Unsubscribing or aborting before that takes the answer away and not the effect, as with a request that is on its way.
   *
   * Errors with the SDK's own exceptions; with `AbortError` when the signal is aborted.
   */
  send<Command extends KinesisCommand>(
    command: Command,
    options: SendOptions = {},
  ): Observable<CommandOutput<Command>> {
    return new Observable((subscriber) => {
      const { abortSignal } = options;
      const abort = () => subscriber.error(abortError());
      if (abortSignal?.aborted) {
        abort();
        return;
      }
      abortSignal?.addEventListener('abort', abort);
      subscriber.add(() => abortSignal?.removeEventListener('abort', abort));
      const operation = operationOf(command);
      this.#reading.called(operation);
      const exchange = this.exchange(operation, sdkInput(command.input));
      this.pack();
      if (exchange.kind === 'hang') return;
      subscriber.add(
        answerAfter(exchange.delayMs, this.#scheduler, () => {
          if (exchange.kind === 'answer') {
            subscriber.next(sdkAnswer(exchange.output, exchange.requestId) as CommandOutput<Command>);
            subscriber.complete();
          } else {
            subscriber.error(exchange.kind === 'cut' ? socketHangUp() : exchange.error);
          }
        }),
      );
    });
  }

  /**
   * Lets the matching calls fail.
   *
   * With `effect: 'after'` the call is performed and only its answer is lost, which no client can tell from a call that failed.
   */
  fail({
    error = 'InternalFailure',
    message = 'Injected fault.',
    effect = 'before',
    ...trigger
  }: FailFaultOptions = {}): FakeKinesisFault {
    const make = typeof error === 'string' ? () => serviceError(error, message) : () => error;
    return this.#fault(trigger, { kind: 'fail', error: make, isLate: isLate(effect) });
  }

  /**
   * Lets a stream's or shard's reads, writes or both exceed their rate for a time: GetRecords errors, entries of PutRecords are
   * refused one by one, all with ProvisionedThroughputExceededException.
   */
  throttle(options: ThrottleFaultOptions = {}): FakeKinesisFault {
    checkNames(options, { stream: true, shard: true, forMs: true, what: true }, 'throttle');
    const { stream, shard, forMs, what = 'both' } = options;
    if (forMs !== undefined) checkNumber('forMs', forMs, { min: 1, max: FOR_EVER_MS });
    if (!(['both', 'reads', 'writes'] as unknown[]).includes(what)) {
      throw new RangeError(`what must be 'both', 'reads' or 'writes'; got ${describe(what)}`);
    }
    const until = forMs === undefined ? Infinity : this.#service.now + forMs;
    return this.#fault(
      { ...(stream !== undefined && { stream }), ...(shard !== undefined && { shard }) },
      { kind: 'throttle', reads: what !== 'writes', writes: what !== 'reads', until },
    );
  }

  /** Lets the answers to matching calls take `ms` longer; several delays add up. The effect is not delayed. */
  delay({ ms, ...trigger }: DelayFaultOptions): FakeKinesisFault {
    return this.#fault(trigger, { kind: 'delay', ms: checkNumber('ms', ms, { min: 0, max: MAX_DELAY_MS }) });
  }

  /** Lets matching calls never be answered. */
  hang({ effect = 'before', ...trigger }: LateFaultOptions = {}): FakeKinesisFault {
    return this.#fault(trigger, { kind: 'hang', isLate: isLate(effect) });
  }

  /** Breaks the connection under matching calls: through {@link LocalKinesis} in the middle of the answer, here with ECONNRESET. */
  cut({ effect = 'before', ...trigger }: LateFaultOptions = {}): FakeKinesisFault {
    return this.#fault(trigger, { kind: 'cut', isLate: isLate(effect) });
  }

  /** Refuses single entries of PutRecords with any code; `times`, `after`, `every` and `probability` count entries. */
  failEntries({
    code = 'InternalFailure',
    message = 'Internal service failure.',
    ...trigger
  }: EntryFaultOptions = {}): FakeKinesisFault {
    return this.#fault({ ...trigger, operation: 'PutRecords' }, { kind: 'entry', code, message });
  }

  /** Answers GetRecords without records though there are some, with `MillisBehindLatest` above 0, as the service now and then does. */
  emptyAnswers(options: ShardFaultOptions = {}): FakeKinesisFault {
    return this.#fault({ ...options, operation: 'GetRecords' }, { kind: 'empty' });
  }

  /** Lets every shard iterator given so far, of one stream or of all, be expired. */
  expireIterators(stream?: string): this {
    for (const each of stream === undefined ? this.#service.streams : [this.#stream(stream)]) {
      each.iteratorGeneration += 1;
    }
    return this;
  }

  /** Ends all faults. */
  clearFaults(): this {
    this.#faults.clear();
    return this;
  }

  /** Makes a stream that is ACTIVE at once. */
  createStream(name: string, options: FakeStreamOptions = {}): this {
    const settings = checkStreamOptions(name, options);
    if (this.#service.find(name)) throw new RangeError(`stream ${name} exists already`);
    this.#service.add({ name, ...settings });
    return this;
  }

  /** Deletes a stream at once. */
  deleteStream(name: string): this {
    this.#service.remove(this.#stream(name), this.#service.now);
    return this;
  }

  /** Puts records at once, whatever limits and faults say, and returns where they went. */
  put(stream: string, records: FakeRecord | readonly FakeRecord[]): { shardId: string; sequenceNumber: string }[] {
    const target = this.#stream(stream);
    this.#reading.changed();
    const places = [records].flat().map(({ partitionKey, data, explicitHashKey }) => {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      const shard = shardOf(target, { PartitionKey: partitionKey, ExplicitHashKey: explicitHashKey });
      const { shardId, sequenceNumber } = target.append(shard, partitionKey, bytes, this.#service.now);
      return { shardId, sequenceNumber };
    });
    target.pack();
    return places;
  }

  /** Splits a shard of an ACTIVE stream at once, in its middle unless a hash key is given, and returns the ids of its children. */
  split(stream: string, shardId: string, newStartingHashKey?: string | bigint): [string, string] {
    const target = this.#activeStream(stream);
    const shard = this.#openShard(target, shardId);
    const { start, end } = shard.range;
    const at = newStartingHashKey === undefined ? (start + end + 1n) / 2n : BigInt(newStartingHashKey);
    if (!splits(shard, at)) {
      throw new RangeError(`newStartingHashKey must be from ${start + 2n} to ${end - 1n}; got ${at}`);
    }
    return splitShard(target, shard, at, this.#service.now).map(({ id }) => id) as [string, string];
  }

  /** Merges two neighbouring shards of an ACTIVE stream at once, and returns the id of their child. */
  merge(stream: string, shardId: string, adjacentShardId: string): string {
    const target = this.#activeStream(stream);
    const [one, other] = [this.#openShard(target, shardId), this.#openShard(target, adjacentShardId)];
    if (!areNeighbours(one, other)) {
      throw new RangeError(`shards ${shardId} and ${adjacentShardId} of stream ${stream} are not neighbours`);
    }
    return mergeShards(target, one, other, this.#service.now).map(({ id }) => id)[0] ?? '';
  }

  /** The records that are kept, shard by shard in order; of one shard when it is named. */
  records(stream: string, shardId?: string): FakeStoredRecord[] {
    const target = this.#stream(stream);
    const { now } = this.#service;
    const found: FakeStoredRecord[] = [];
    for (const { id } of target.shards(now)) {
      const shard = shardId === undefined || id === shardId ? target.shard(id, now) : undefined;
      for (const { arrivalMs, ...record } of shard?.log.read(shard.log.first, shard.log.next) ?? []) {
        found.push({ shardId: id, ...record, approximateArrivalTimestamp: new Date(arrivalMs) });
      }
    }
    return found;
  }

  /** How many records are kept, of a stream or of one of its shards; costs nothing per record. */
  countRecords(stream: string, shardId?: string): number {
    const target = this.#stream(stream);
    const { now } = this.#service;
    return target.shards(now).reduce((sum, { id }) => {
      const log = shardId === undefined || id === shardId ? target.shard(id, now)?.log : undefined;
      return sum + (log ? log.next - log.first : 0);
    }, 0);
  }

  /** The shards that exist, open and closed, as ListShards describes them. */
  shards(stream: string): Shard[] {
    return this.#stream(stream).shards(this.#service.now).map(describeShard);
  }

  /** The names of the streams. */
  get streams(): string[] {
    return this.#service.streams.map(({ name }) => name);
  }

  /**
   * Performs a request and says what becomes of it, for whatever carries answers.
   * What it put is copied by {@link pack}, which the carrier calls before it lets go of the request's memory.
   *
   * @internal
   */
  exchange(operation: string, input: object): Exchange {
    const exchange = this.#exchanges.perform(operation, input);
    return { ...exchange, delayMs: exchange.delayMs + this.#latencyMs };
  }

  /** @internal Copies the data of what was put through {@link exchange}. */
  pack(): void {
    this.#service.pack();
  }

  /** @internal */
  get scheduler(): SchedulerLike {
    return this.#scheduler;
  }

  #fault(trigger: FaultTrigger, effect: FaultEffect): FakeKinesisFault {
    this.#reading.changed();
    const fault = this.#faults.add(trigger, effect);
    return {
      and: this,
      get hits() {
        return fault.hits;
      },
      cancel() {
        fault.isCancelled = true;
      },
    };
  }

  #stream(name: string): FakeStream {
    const stream = this.#service.find(name);
    if (stream) return stream;
    throw new RangeError(`no stream ${describe(name)}; there are ${this.streams.join(', ') || 'none'}`);
  }

  /** One that is about to change would apply that to shards that are gone by then. */
  #activeStream(name: string): FakeStream {
    const stream = this.#stream(name);
    this.#service.requireActive(stream);
    this.#reading.changed();
    return stream;
  }

  #openShard(stream: FakeStream, shardId: string): FakeShard {
    const shard = stream.shard(shardId, this.#service.now);
    if (shard?.isOpen) return shard;
    const open = stream.open.map(({ id }) => id).join(', ');
    throw new RangeError(`no open shard ${describe(shardId)} in stream ${stream.name}; there are ${open}`);
  }
}

const abortError = () => Object.assign(new Error('Request aborted'), { name: 'AbortError' });

const socketHangUp = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
