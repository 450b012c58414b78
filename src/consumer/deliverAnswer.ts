import { Observable, type SchedulerLike, type Subscriber } from 'rxjs';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { KinesisRecord, type RecordAttributes } from '../record/KinesisRecord.ts';
import type { Answer } from './readShard.ts';
import type { Run } from './ShardWindow.ts';

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
}

/** How long a slice of deliveries may hold the thread before timers, renewals among them, have their turn. */
const SLICE_MS = 50;
/** Records between two looks at the clock at the most, where downstream is fast; where it is slow, every record is one. */
const MAX_STRIDE = 64;
const FAST_MS = 1;
const NO_DATA = new Uint8Array(0);

/**
 * Sends the records of an answer downstream, in order, and completes when the last was sent. Unsubscribing, or the end of the lease, stops
 * between two records; the window takes back the rest.
 */
export function deliverAnswer(options: DeliverAnswerOptions): Observable<never> {
  const { answer, streamName, shardId, run, destination, diagnostics, validUntilMs, onExpired, settles, scheduler } =
    options;
  const { records, sizes, millisBehindLatest } = answer;
  return new Observable((subscriber) => {
    const slice = (): void => {
      const from = run.deliveredCount;
      const startedMs = scheduler.now();
      let isPreempted = false;
      let stride = 1;
      let lookedAt = from;
      let lookedMs = startedMs;
      while (run.deliveredCount < run.count && !subscriber.closed && !destination.closed) {
        const index = run.deliveredCount;
        if (index === from || index - lookedAt >= stride) {
          const nowMs = scheduler.now();
          stride = nowMs - lookedMs <= FAST_MS ? Math.min(MAX_STRIDE, stride * 2) : 1;
          lookedAt = index;
          lookedMs = nowMs;
          if (nowMs >= validUntilMs()) {
            onExpired();
            return;
          }
          isPreempted = nowMs - startedMs >= SLICE_MS;
          if (isPreempted) break;
        }
        const source = records[index];
        if (!source) break;
        const attributes: RecordAttributes = {
          streamName,
          shardId,
          sequenceNumber: source.SequenceNumber ?? '',
          subSequenceNumber: 0,
          partitionKey: source.PartitionKey,
          explicitHashKey: undefined,
          approximateArrivalTimestamp: source.ApproximateArrivalTimestamp,
          encryptionType: source.EncryptionType,
          millisBehindLatest,
        };
        run.deliver();
        destination.next(new KinesisRecord(attributes, source.Data ?? NO_DATA, run, index));
        if (settles) run.settle(index);
      }
      if (diagnostics.isHeard && run.deliveredCount > from) {
        let bytes = 0;
        for (let index = from; index < run.deliveredCount; index += 1) bytes += sizes[index] ?? 0;
        diagnostics.emit({ type: 'delivered', streamName, shardId, records: run.deliveredCount - from, bytes });
      }
      if (isPreempted) subscriber.add(scheduler.schedule(slice, 0));
      else if (run.deliveredCount === run.count) subscriber.complete();
    };
    slice();
  });
}
