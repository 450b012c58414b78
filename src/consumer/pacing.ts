import { READ_BYTES_PER_SECOND } from '../aws/limits.ts';

/** What a reader knows when it decides how long to wait before the next GetRecords of its shard. */
export interface CallOutcome {
  /** When the call was made, in milliseconds. */
  readonly startedMs: number;
  readonly bytes: number;
  readonly isAtTip: boolean;
  /** It brought no record. */
  readonly isEmpty: boolean;
}

export interface Pace {
  /** GetRecords calls a second and shard. */
  readonly maxCallsPerSecond: number;
  /** Between calls when the shard has nothing more. */
  readonly pollIntervalMs: number;
}

/** Nothing loops without a delay, whatever the options say. */
const MIN_EMPTY_GAP_MS = 1;

/**
 * When the next GetRecords of the shard is due, in milliseconds: never sooner than the service allows calls and bytes, and after
 * `pollIntervalMs` when the last answer reached the tip. An empty answer alone does not mean the tip.
 */
export function nextCallMs(
  { startedMs, bytes, isAtTip, isEmpty }: CallOutcome,
  { maxCallsPerSecond, pollIntervalMs }: Pace,
): number {
  const callGapMs = 1_000 / maxCallsPerSecond;
  const byteGapMs = Number.isFinite(maxCallsPerSecond) ? (bytes / READ_BYTES_PER_SECOND) * 1_000 : 0;
  return startedMs + Math.max(callGapMs, byteGapMs, isAtTip ? pollIntervalMs : 0, isEmpty ? MIN_EMPTY_GAP_MS : 0);
}
