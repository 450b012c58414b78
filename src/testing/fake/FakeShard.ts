import {
  GET_RECORDS_CALLS_PER_SECOND,
  GET_SHARD_ITERATOR_CALLS_PER_SECOND,
  READ_BYTES_PER_SECOND,
  WRITE_BYTES_PER_SECOND,
  WRITE_RECORDS_PER_SECOND,
} from '../../aws/limits.ts';
import { Allowance } from './Allowance.ts';
import { hashKeyToHex } from '../../aws/hashKey.ts';
import { RecordLog } from './RecordLog.ts';
import { RecordPlace } from './RecordPlace.ts';
import { RisingSequence } from './RisingSequence.ts';
import { endingSequenceNumber, sequenceBase, sequenceNumber } from './sequenceNumber.ts';

const SHARD_ID_DIGITS = 12;

export const shardIdOf = (index: number): string => `shardId-${String(index).padStart(SHARD_ID_DIGITS, '0')}`;

/** The hash keys of a shard, both ends included. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** One shard: its range, its place in the stream's family tree, its records, and what its limits still allow. */
export class FakeShard {
  readonly id: string;
  readonly log: RecordLog;
  readonly startHex: string;
  readonly createdSecond: number;
  readonly children: FakeShard[] = [];
  readonly index: number;
  readonly range: HashRange;
  readonly parents: readonly FakeShard[];
  readonly createdAt: number;
  closedAt: number | undefined;
  readonly #base: bigint;
  /** The sequence numbers, each in the entry that answers for its record in PutRecords. */
  readonly #entries: RisingSequence;
  #lastArrival: number;
  #blockedUntil = 0;
  readonly #writeRecords: Allowance;
  readonly #writeBytes: Allowance;
  readonly #readCalls: Allowance;
  readonly #readBytes: Allowance;
  readonly #iteratorCalls: Allowance;

  constructor(index: number, range: HashRange, parents: readonly FakeShard[], createdAt: number) {
    this.index = index;
    this.id = shardIdOf(index);
    this.range = range;
    this.startHex = hashKeyToHex(range.start);
    this.parents = parents;
    this.createdAt = createdAt;
    this.createdSecond = Math.max(Math.floor(createdAt / 1_000), ...parents.map((each) => each.createdSecond + 1));
    this.#base = sequenceBase(this.createdSecond, index);
    this.#entries = new RisingSequence(this.#base, '{"SequenceNumber":"', `","ShardId":"${this.id}"},`);
    this.log = new RecordLog(this.#base);
    this.#lastArrival = createdAt;
    this.#writeRecords = new Allowance(WRITE_RECORDS_PER_SECOND, createdAt);
    this.#writeBytes = new Allowance(WRITE_BYTES_PER_SECOND, createdAt);
    this.#readCalls = new Allowance(GET_RECORDS_CALLS_PER_SECOND, createdAt);
    this.#readBytes = new Allowance(READ_BYTES_PER_SECOND, createdAt);
    this.#iteratorCalls = new Allowance(GET_SHARD_ITERATOR_CALLS_PER_SECOND, createdAt);
  }

  get startingSequenceNumber(): string {
    return sequenceNumber(this.#base, 0, this.createdSecond);
  }

  get endingSequenceNumber(): string | undefined {
    if (this.closedAt === undefined) return undefined;
    return endingSequenceNumber(this.#base, Math.floor(this.closedAt / 1_000));
  }

  get isOpen(): boolean {
    return this.closedAt === undefined;
  }

  /** Stores a record; `counter` must have risen since the last. */
  append(partitionKey: string, data: Uint8Array, counter: number, now: number): RecordPlace {
    const arrivalMs = Math.max(now, this.#lastArrival);
    this.#lastArrival = arrivalMs;
    this.log.append(counter, arrivalMs, partitionKey, data);
    return new RecordPlace(this.id, this.#entries, counter, Math.floor(arrivalMs / 1_000));
  }

  close(now: number): void {
    this.closedAt = Math.max(now, this.#lastArrival);
  }

  /** Whether the write limits admit one more record of `bytes`; counts it if so. */
  admitsWrite(bytes: number, now: number): boolean {
    if (!this.#writeRecords.allows(1, now) || !this.#writeBytes.tryTake(bytes, now)) return false;
    this.#writeRecords.take(1, now);
    return true;
  }

  admitsIterator(now: number): boolean {
    return this.#iteratorCalls.tryTake(1, now);
  }

  admitsRead(now: number): boolean {
    return now >= this.#blockedUntil && this.#readCalls.tryTake(1, now);
  }

  /** Counts an answer of `bytes`: one above what is left of the second's share blocks reads for as long as it takes (10 MiB: 5 s). */
  countRead(bytes: number, now: number): void {
    if (bytes <= READ_BYTES_PER_SECOND && this.#readBytes.tryTake(bytes, now)) return;
    this.#blockedUntil = now + (bytes * 1_000) / READ_BYTES_PER_SECOND;
  }
}
