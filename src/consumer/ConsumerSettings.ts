import type { SchedulerLike } from 'rxjs';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import type { Deadline } from '../aws/sendCommand.ts';
import type { ServiceClock } from '../aws/ServiceClock.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import type { CheckpointStore } from '../checkpoint/CheckpointStore.ts';
import type { Backoff } from '../internal/backoff.ts';
import type { CheckpointRhythm } from '../record/Delivery.ts';
import type { Amount } from './InFlight.ts';
import type { Pace } from './pacing.ts';
import type { StartAt } from './StartAt.ts';

/** The options of a source, checked and complete, for one subscription. */
export interface ConsumerSettings {
  readonly target: StreamTarget;
  readonly client: KinesisClientLike;
  readonly checkpoints: CheckpointStore;
  /** No store was given: each record counts as settled when it is delivered. */
  readonly settlesOnDelivery: boolean;
  readonly startAt: StartAt;
  readonly workerId: string;
  readonly maxShards: number;
  readonly maxInFlight: Amount;
  readonly unpackAggregates: boolean;
  readonly maxRecordsPerCall: number;
  readonly maxConcurrentCalls: number;
  readonly deadline: Deadline;
  readonly serviceClock: ServiceClock;
  readonly pace: Pace;
  readonly shardSyncIntervalMs: number;
  readonly leaseDurationMs: number;
  readonly leaseScanIntervalMs: number;
  readonly handOverTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly rhythm: CheckpointRhythm;
  readonly backoff: Backoff;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}
