import type { DemoOptions } from './DemoOptions.ts';

/** How fast a demo writes, and what the Kinesis in memory allows. */
export interface DemoPlan {
  readonly perSecond: number;
  /** Whether a shard takes 1,000 records/s and 1 MiB/s and no more, as the service has it. */
  readonly limitsWrites: boolean;
}

const MIN_SECONDS = 8;
const MAX_SECONDS = 22;
/** What all shards together take in that time without one of them getting near its limit, uneven keys and a merge included. */
const EASY_PER_SHARD_AND_SECOND = 600;

/** Spreads the writing over 8 to 22 s. More than the shards would take in that time is taken all the same: then writes have no limit. */
export function planDemo({ records, shards }: DemoOptions): DemoPlan {
  const easy = EASY_PER_SHARD_AND_SECOND * shards;
  const seconds = Math.min(MAX_SECONDS, Math.max(MIN_SECONDS, records / easy));
  return { perSecond: records / seconds, limitsWrites: records / seconds <= easy };
}
