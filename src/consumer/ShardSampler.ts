import { isProgress } from '../checkpoint/isProgress.ts';
import type { ShardSample } from '../diagnostics/ConsumerDiagnostic.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import type { HeldLease } from './HeldLease.ts';
import type { ReaderState } from './readShard.ts';
import type { ShardWindow } from './ShardWindow.ts';

/** Whether something is settled that the store does not have. */
export function hasUnwritten({ watermark }: ShardWindow, { lease }: HeldLease): boolean {
  return watermark !== undefined && isProgress(lease.checkpoint, watermark);
}

/** Tells from time to time how a shard is doing. */
export class ShardSampler {
  readonly #shardId: string;
  readonly #held: HeldLease;
  readonly #window: ShardWindow;
  readonly #reader: ReaderState;
  readonly #settings: ConsumerSettings;
  #sampledPausedMs = 0;
  #unwrittenSinceMs: number | undefined;

  constructor(shardId: string, held: HeldLease, window: ShardWindow, reader: ReaderState, settings: ConsumerSettings) {
    this.#shardId = shardId;
    this.#held = held;
    this.#window = window;
    this.#reader = reader;
    this.#settings = settings;
  }

  take(): ShardSample {
    const nowMs = this.#settings.scheduler.now();
    const { inFlightRecords, oldestDeliveredMs = nowMs } = this.#window;
    return {
      shardId: this.#shardId,
      inFlightRecords,
      oldestUnsettledMs: nowMs - oldestDeliveredMs,
      checkpointAgeMs: this.#checkpointAgeMs(nowMs),
      pausedMs: this.#pausedMs(nowMs),
    };
  }

  /** Since the last sample. */
  #pausedMs(nowMs: number): number {
    const { pausedMs, pausedSinceMs = nowMs } = this.#reader;
    const untilNowMs = pausedMs + nowMs - pausedSinceMs;
    const sinceLastMs = untilNowMs - this.#sampledPausedMs;
    this.#sampledPausedMs = untilNowMs;
    return sinceLastMs;
  }

  /** An idle shard has nothing to write: progress is as old as the oldest that is not written, and at most as the last write. */
  #checkpointAgeMs(nowMs: number): number {
    if (this.#settings.settlesOnDelivery || !hasUnwritten(this.#window, this.#held)) {
      this.#unwrittenSinceMs = undefined;
      return 0;
    }
    this.#unwrittenSinceMs ??= nowMs;
    return nowMs - Math.max(this.#unwrittenSinceMs, this.#held.checkpointedMs);
  }
}
