import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import type { Position } from '../record/position.ts';

interface OfStream {
  readonly streamName: string;
}

interface OfShard extends OfStream {
  readonly shardId: string;
}

/** Why a reader does not read: no room in flight, the service's pace, or a wait before a retry. */
export type PauseReason = 'inFlight' | 'pace' | 'backoff';

/**
 * How a lease came: `taken`, nobody held it any more; `stolen`, asked of its owner, who gave it. Or how it went: `handed_over` to the worker
 * that asked for it; `released` at the shard's end or the worker's; `lost` to another worker; `expired`, it could not be
 * renewed, or at a stop not released, in time, and is left to run out.
 */
export type LeaseEvent = 'taken' | 'stolen' | 'handed_over' | 'released' | 'lost' | 'expired';

/** Why a worker reads a shard no more. */
export type ShardStopReason = 'shardEnded' | 'leaseGone' | 'workerStopped';

/** Records that took as long as each other, within 1 %. */
export interface TimedRecords {
  /** Their mean, in milliseconds. */
  readonly ms: number;
  readonly records: number;
}

/** What a reader is about in one shard. */
export interface ShardSample {
  readonly shardId: string;
  /** Delivered and not settled. */
  readonly inFlightRecords: number;
  /** Since the oldest of them was delivered, in milliseconds; 0 if there is none. */
  readonly oldestUnsettledMs: number;
  /** For how long settled progress has not been written to the store, in milliseconds; 0 if all is. */
  readonly checkpointAgeMs: number;
  /** For how long flow control held reading back since the last sample, in milliseconds. */
  readonly pausedMs: number;
}

/** Everything that happens in a reader of a stream. */
export type ConsumerDiagnostic =
  /** The shards of the stream were listed. */
  | (OfStream & { readonly type: 'shardsListed'; readonly openShards: number; readonly closedShards: number })
  /** A split or a merge was seen, one event each. */
  | (OfStream & {
      readonly type: 'resharded';
      readonly parentShardIds: readonly string[];
      readonly childShardIds: readonly string[];
    })
  /** Every shard that this worker owns has its iterator: what is written from now on will be read. */
  | (OfStream & { readonly type: 'ready'; readonly shardIds: readonly string[] })
  /** The lease of a shard came or went; how many this worker holds now. */
  | (OfShard & { readonly type: 'lease'; readonly event: LeaseEvent; readonly ownedLeases: number })
  /** A shard that another reader had has one again, who has its first answer: for how long none was seen, in milliseconds of this worker's clock. */
  | (OfShard & { readonly type: 'takenOver'; readonly unreadMs: number })
  /** A shard's iterator was got: reading begins, or goes on after an expiry. */
  | (OfShard & { readonly type: 'iterator'; readonly from: string })
  /** GetRecords answered; the bytes of data and keys. */
  | (OfShard & {
      readonly type: 'fetched';
      readonly records: number;
      readonly bytes: number;
      readonly millisBehindLatest: number | undefined;
      /** Records between this answer and the tip, by the rate at which they arrived lately; undefined before that is known. */
      readonly lagRecords: number | undefined;
      readonly durationMs: number;
    })
  /**
   * Records went downstream: part of an answer, or all of it; the bytes of their data. An aggregate is one, once the last of it is delivered;
   * `userRecords` counts what is in it.
   */
  | (OfShard & {
      readonly type: 'delivered';
      readonly records: number;
      readonly bytes: number;
      readonly userRecords: number;
    })
  /** A record begins as an aggregate and is none: it is delivered as it is. */
  | (OfShard & { readonly type: 'unpackFailed'; readonly sequenceNumber: string })
  /** User records of an aggregate belong to another shard, where its writer put them again: they are dropped here. */
  | (OfShard & { readonly type: 'astrayDropped'; readonly sequenceNumber: string; readonly userRecords: number })
  /** Records were settled: how long they took from their arrival in the stream. Several make one event. */
  | (OfStream & { readonly type: 'settled'; readonly records: number; readonly endToEnd: readonly TimedRecords[] })
  /** How the worker is doing, every second while somebody listens. */
  | (OfStream & {
      readonly type: 'sampled';
      readonly inFlightRecords: number;
      /** One for each lease that the worker holds. */
      readonly shards: readonly ShardSample[];
    })
  /** Flow control began to hold reading back. */
  | (OfShard & { readonly type: 'paused'; readonly reason: 'inFlight' })
  /** Flow control let reading go on. */
  | (OfShard & { readonly type: 'resumed'; readonly reason: 'inFlight'; readonly pausedMs: number })
  /** A call failed and will be made again. */
  | (OfStream & {
      readonly type: 'readFailed';
      readonly shardId: string | undefined;
      readonly error: KinesisStreamError;
      readonly errorType: string;
      readonly attempt: number;
      readonly delayMs: number;
    })
  /** Repeating cannot help: the source errors. */
  | (OfStream & {
      readonly type: 'failed';
      readonly shardId: string | undefined;
      readonly error: unknown;
      /** AWS' name of the error, where it is one of the service. */
      readonly errorType: string | undefined;
    })
  /** The shard was read to its end; its last records may still be in flight. */
  | (OfShard & { readonly type: 'shardRead'; readonly childShardIds: readonly string[] })
  /** All of the shard is settled and its end is stored. */
  | (OfShard & { readonly type: 'shardEnded' })
  /** The shard is no longer read by this worker: it ended, its lease went, or the worker stopped. */
  | (OfShard & { readonly type: 'shardStopped'; readonly reason: ShardStopReason })
  /** A checkpoint was written durably. */
  | (OfShard & { readonly type: 'checkpointed'; readonly position: Position | 'SHARD_END' })
  /** A checkpoint was not written; it stays to be written, unless the lease is lost. */
  | (OfShard & { readonly type: 'checkpointFailed'; readonly error: KinesisStreamError })
  /** A call to the store failed and will be made again. */
  | (OfStream & {
      readonly type: 'storeFailed';
      readonly shardId: string | undefined;
      readonly error: KinesisStreamError;
      readonly attempt: number;
      readonly delayMs: number;
    })
  /** A record could not be decoded or processed, and was disposed of as its policy says. */
  | (OfShard & {
      readonly type: 'poisoned';
      readonly sequenceNumber: string;
      readonly error: unknown;
      readonly policy: 'skip' | 'deadLetter';
    })
  /** The drain ended at its deadline: so many user records were not settled and will be delivered again. */
  | (OfStream & { readonly type: 'drainTimedOut'; readonly unsettledRecords: number })
  /** The worker stopped, its leases released or listed in `error`. */
  | (OfStream & { readonly type: 'stopped'; readonly error: KinesisStreamError | undefined });
