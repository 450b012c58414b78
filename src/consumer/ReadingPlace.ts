import type { _Record } from '@aws-sdk/client-kinesis';
import type { IteratorStart } from '../aws/readCalls.ts';
import { isPosition } from '../checkpoint/isProgress.ts';
import type { Checkpoint } from '../checkpoint/Lease.ts';
import { compareSequenceNumbers } from '../record/position.ts';

/** How far the clock that a visit is timed by may be ahead of the service's, for the place to be found again by time all the same. */
const CLOCK_MARGIN_MS = 10_000;

/**
 * Where in its shard a reader is, so that each new iterator goes on exactly there.
 *
 * A checkpoint is found with AT_SEQUENCE_NUMBER, for its record may be an aggregate of which only a part is done; what is at or before it is
 * dropped. A place at `LATEST` becomes a time once it has been visited: a second LATEST would lose what came in between.
 */
export class ReadingPlace {
  #checkpoint: Checkpoint;
  #lastRead: string | undefined;
  readonly #beganAtTip: boolean;

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
    this.#beganAtTip = checkpoint === 'LATEST';
  }

  /** Where reading begins as long as nothing was read. */
  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** @param nowMs the time of day, by the service's clock as far as it is known: a time to come is refused */
  iteratorStart(nowMs: number): IteratorStart {
    if (this.#lastRead !== undefined) {
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: this.#lastRead };
    }
    const checkpoint = this.#checkpoint;
    if (isPosition(checkpoint)) {
      return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: checkpoint.sequenceNumber };
    }
    if (typeof checkpoint === 'object') {
      const Timestamp = new Date(Math.min(checkpoint.atTimestamp.getTime(), nowMs));
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp };
    }
    return { ShardIteratorType: checkpoint === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON' };
  }

  /** Says that an iterator pointed at the tip at `nowMs`, by the service's clock, when all before had been read. */
  visitedTip(nowMs: number): void {
    if (this.#beganAtTip) this.#checkpoint = { atTimestamp: new Date(nowMs - CLOCK_MARGIN_MS) };
  }

  /** How many user records of this record are done: those up to the checkpoint. */
  doneIn({ SequenceNumber = '' }: _Record): number {
    const checkpoint = this.#checkpoint;
    if (!isPosition(checkpoint) || compareSequenceNumbers(SequenceNumber, checkpoint.sequenceNumber) !== 0) return 0;
    return checkpoint.subSequenceNumber + 1;
  }

  /**
   * Takes an answer's records and returns those that are new, or of which a part is.
   *
   * @param userRecordsIn how many user records there are in a record
   */
  advance(records: readonly _Record[], userRecordsIn: (record: _Record) => number): readonly _Record[] {
    const last = records.at(-1)?.SequenceNumber;
    if (last === undefined) return records;
    const checkpoint = this.#checkpoint;
    const isResuming = this.#lastRead === undefined && isPosition(checkpoint);
    const fresh = isResuming
      ? records.filter((record) => {
          const ahead = compareSequenceNumbers(record.SequenceNumber ?? '', checkpoint.sequenceNumber);
          return ahead > 0 || (ahead === 0 && userRecordsIn(record) > this.doneIn(record));
        })
      : records;
    if (!isResuming || fresh.length > 0) this.#lastRead = last;
    return fresh;
  }
}
