import { Observable, type SchedulerLike, type Subscriber } from 'rxjs';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { KinesisRecord, type RecordAttributes } from '../record/KinesisRecord.ts';
import type { DeliveryClock } from './DeliveryClock.ts';
import type { Answer } from './readShard.ts';
import type { Run } from './Run.ts';

export interface DeliverAnswerOptions {
  readonly answer: Answer;
  readonly streamName: string;
  readonly shardId: string;
  /** The answer's records in the window of their shard. */
  readonly run: Run;
  readonly destination: Subscriber<KinesisRecord>;
  readonly diagnostics: Diagnostics;
  /** Until when records of the shard may be delivered, in milliseconds. */
  readonly validUntilMs: () => number;
  /** Called instead of a delivery when that time is over. */
  readonly onExpired: () => void;
  /** Each record is settled as it is delivered. */
  readonly settles: boolean;
  readonly scheduler: SchedulerLike;
  readonly clock: DeliveryClock;
}

/** How long a slice of deliveries may hold the thread before timers, renewals among them, have their turn. */
const SLICE_MS = 50;
const NO_DATA = new Uint8Array(0);

/**
 * Sends the records of an answer downstream, in order, and completes when the last was sent. Unsubscribing, or the end of the lease, stops
 * between two records; the window takes back the rest.
 */
export function deliverAnswer(options: DeliverAnswerOptions): Observable<never> {
  const { answer, streamName, shardId, run, destination, diagnostics, validUntilMs, onExpired, settles } = options;
  const { clock, scheduler } = options;
  const { records, userRecords, millisBehindLatest } = answer;
  return new Observable((subscriber) => {
    /** The first record of which not all is delivered, and how much of it is. */
    let [at, inside] = [0, 0];

    /** Delivers for a while, and answers why it stopped before the last record, if it did. */
    const deliver = (): 'preempted' | 'expired' | undefined => {
      const startedMs = scheduler.now();
      while (run.deliveredCount < run.count && !subscriber.closed && !destination.closed) {
        const index = run.deliveredCount;
        const nowMs = clock.tick(index);
        if (nowMs >= validUntilMs()) return 'expired';
        if (nowMs - startedMs >= SLICE_MS) return 'preempted';
        const source = records[at];
        if (!source) break;
        const aggregate = userRecords?.[at];
        const user = aggregate?.next();
        const attributes: RecordAttributes = {
          streamName,
          shardId,
          sequenceNumber: source.SequenceNumber ?? '',
          subSequenceNumber: aggregate?.subSequenceNumberAt(inside) ?? 0,
          partitionKey: user ? user.partitionKey : source.PartitionKey,
          explicitHashKey: user?.explicitHashKey,
          approximateArrivalTimestamp: source.ApproximateArrivalTimestamp,
          encryptionType: source.EncryptionType,
          millisBehindLatest,
        };
        run.deliver(nowMs);
        inside += 1;
        if (inside === (aggregate?.count ?? 1)) {
          at += 1;
          inside = 0;
        }
        destination.next(new KinesisRecord(attributes, user?.data ?? source.Data ?? NO_DATA, run, index));
        if (settles) run.settle(index);
      }
      return undefined;
    };

    const slice = (): void => {
      const [from, fromRecord] = [run.deliveredCount, at];
      clock.enter();
      let stop: ReturnType<typeof deliver>;
      try {
        stop = deliver();
      } finally {
        clock.leave(run.deliveredCount - 1);
      }
      if (diagnostics.isHeard && run.deliveredCount > from) {
        const counts = {
          records: at - fromRecord,
          bytes: dataBytes(answer, fromRecord, at),
          userRecords: run.deliveredCount - from,
        };
        diagnostics.emit({ type: 'delivered', streamName, shardId, ...counts });
      }
      if (stop === 'expired') onExpired();
      else if (stop === 'preempted') subscriber.add(scheduler.schedule(slice, 0));
      else if (run.deliveredCount === run.count) subscriber.complete();
    };
    slice();
  });
}

/** The bytes of data in part of an answer; those of all of it are known. */
function dataBytes({ records, dataBytes }: Answer, from: number, end: number): number {
  if (from === 0 && end === records.length) return dataBytes;
  return records.slice(from, end).reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0);
}
