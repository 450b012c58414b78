import type { _Record } from '@aws-sdk/client-kinesis';
import { lastAtMost } from '../internal/lastAtMost.ts';
import { Stretches } from '../internal/Stretches.ts';
import type { Delivery, RecordOrigin } from '../record/Delivery.ts';
import type { Position } from '../record/position.ts';
import type { Amount } from './InFlight.ts';
import type { ShardWindow } from './ShardWindow.ts';
import type { UserRecords } from './UserRecords.ts';

/** What became of a record so far. */
const WAITING = 0;
export const HELD = 1;
export const SETTLED = 2;

/** The records of an answer, as the window needs them. */
export interface RunContents {
  readonly records: readonly Pick<_Record, 'SequenceNumber' | 'ApproximateArrivalTimestamp'>[];
  /** The bytes of each of them. */
  readonly sizes: readonly number[];
  /** What is in those that are aggregates; undefined where none is. */
  readonly userRecords?: readonly (Pick<UserRecords, 'count' | 'subSequenceNumberAt'> | undefined)[] | undefined;
}

/** When each user record arrived in the stream (by the time of day; NaN: unknown) and was delivered (by the scheduler's clock). */
interface RunTimes {
  readonly arrivalMs: Float64Array;
  readonly deliveredMs: Stretches;
}

let lastSerial = 0;

/**
 * The user records of one answer, in the window of their shard.
 *
 * An aggregate is in memory until the last of its user records is settled, and so is its size.
 */
export class Run implements Delivery {
  readonly origin: RecordOrigin;
  readonly serial = (lastSerial += 1);
  readonly states: Uint8Array;
  /** The first user record behind the watermark. */
  head = 0;
  deliveredCount = 0;
  firstDeliveredMs = 0;
  count: number;
  /** Kept where somebody listens. */
  readonly times: RunTimes | undefined;
  readonly #window: ShardWindow;
  readonly #sequenceNumbers: string[];
  readonly #sizes: readonly number[];
  readonly #userRecords: RunContents['userRecords'];
  /** Where the user records of each record begin; undefined where each has one. */
  readonly #starts: Uint32Array | undefined;
  /** The first record whose size was not given back. */
  #held = 0;

  constructor(window: ShardWindow, origin: RecordOrigin, { records, sizes, userRecords }: RunContents) {
    this.#window = window;
    this.origin = origin;
    this.#sizes = sizes;
    this.#userRecords = userRecords;
    this.#starts = userRecords && startsOf(userRecords);
    this.count = this.#starts?.at(-1) ?? records.length;
    this.states = new Uint8Array(this.count);
    this.times = origin.diagnostics.isHeard
      ? { arrivalMs: new Float64Array(this.count), deliveredMs: new Stretches() }
      : undefined;
    this.#sequenceNumbers = this.#read(records);
  }

  positionAt(index: number): Position {
    const record = this.#recordAt(index);
    const inside = index - this.#startOf(record);
    const subSequenceNumber = this.#userRecords?.[record]?.subSequenceNumberAt(inside) ?? 0;
    return { sequenceNumber: this.#sequenceNumbers[record] ?? '', subSequenceNumber };
  }

  /** Counts the next user record as delivered, just before it is. */
  deliver(nowMs: number): void {
    if (this.deliveredCount === 0) this.firstDeliveredMs = nowMs;
    this.times?.deliveredMs.set(this.deliveredCount, nowMs);
    this.deliveredCount += 1;
    this.#window.countDelivered(1);
  }

  /** Moves the head, and answers how many bytes nothing before it holds any more. */
  advance(head: number): number {
    this.head = head;
    let bytes = 0;
    while (this.#isIn(this.#held) && Math.min(this.#startOf(this.#held + 1), this.count) <= head) {
      bytes += this.#sizes[this.#held] ?? 0;
      this.#held += 1;
    }
    return bytes;
  }

  /** Gives up what is not delivered, and tells its size. */
  truncate(): Amount {
    let bytes = 0;
    for (let record = this.#sequenceNumbers.length - 1; record >= 0; record -= 1) {
      if (this.#startOf(record) < this.deliveredCount) break;
      if (this.#isIn(record)) bytes += this.#sizes[record] ?? 0;
    }
    const records = this.count - this.deliveredCount;
    this.count = this.deliveredCount;
    // What was delivered of an aggregate may be settled already.
    return { records, bytes: bytes + this.advance(this.head) };
  }

  /** The size of what is behind the watermark. */
  remaining(): Amount {
    let bytes = 0;
    for (let record = this.#held; this.#isIn(record); record += 1) bytes += this.#sizes[record] ?? 0;
    return { records: this.count - this.head, bytes };
  }

  deliveredMs(index: number): number | undefined {
    return this.times?.deliveredMs.at(index);
  }

  settle(index: number): void {
    this.#window.settle(this, index);
  }

  settleThrough(index: number): void {
    this.#window.settleThrough(this, index);
  }

  hold(index: number): void {
    if (this.states[index] === WAITING) this.states[index] = HELD;
  }

  unhold(index: number): void {
    if (this.states[index] === HELD) this.states[index] = WAITING;
  }

  #startOf(record: number): number {
    return this.#starts ? (this.#starts[record] ?? 0) : record;
  }

  /** Whether something of the record is in the run still. */
  #isIn(record: number): boolean {
    return record < this.#sequenceNumbers.length && this.#startOf(record) < this.count;
  }

  /** The record that holds a user record. */
  #recordAt(index: number): number {
    return this.#starts ? lastAtMost(this.#starts, index) : index;
  }

  /** Takes the sequence numbers, and when records arrived, in one go: to look at each record once more costs as much as what is read of it. */
  #read(records: RunContents['records']): string[] {
    const arrivalMs = this.times?.arrivalMs;
    const sequenceNumbers: string[] = [];
    for (let record = 0; record < records.length; record += 1) {
      const { SequenceNumber = '', ApproximateArrivalTimestamp } = records[record] ?? {};
      sequenceNumbers.push(SequenceNumber);
      if (!arrivalMs) continue;
      const ms = ApproximateArrivalTimestamp?.getTime() ?? NaN;
      // A fill of one costs more than the rest of what is done here for a record.
      if (!this.#starts) arrivalMs[record] = ms;
      else arrivalMs.fill(ms, this.#startOf(record), this.#startOf(record + 1));
    }
    return sequenceNumbers;
  }
}

function startsOf(userRecords: NonNullable<RunContents['userRecords']>): Uint32Array {
  const starts = new Uint32Array(userRecords.length + 1);
  for (let record = 0; record < userRecords.length; record += 1) {
    starts[record + 1] = (starts[record] ?? 0) + (userRecords[record]?.count ?? 1);
  }
  return starts;
}
