import { StalledError } from '../errors/StalledError.ts';
import type { ShardWindow } from './ShardWindow.ts';

interface Watched {
  readonly shardId: string;
  readonly window: ShardWindow;
}

/**
 * Tells a pipeline that dropped a record unsettled from one that is slow.
 *
 * A shard has stalled when its watermark has stood still for all the time, nobody says that he has its oldest record in hand, and either
 * later records of it were settled meanwhile, or nothing was settled in any shard.
 */
export class StallWatch {
  /** How often it looks during the time that it grants. */
  static readonly LOOKS = 4;
  readonly #streamName: string;
  readonly #timeoutMs: number;
  #seen = new Map<ShardWindow, { readonly moves: number; readonly quietLooks: number }>();

  constructor(streamName: string, timeoutMs: number) {
    this.#streamName = streamName;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {@link StalledError} naming the oldest unsettled record */
  look(shards: readonly Watched[]): void {
    this.#seen = new Map(
      shards.map(({ window }) => {
        const before = this.#seen.get(window);
        const isQuiet = before?.moves === window.moves && window.blocking?.isHeld === false;
        return [window, { moves: window.moves, quietLooks: isQuiet ? before.quietLooks + 1 : 0 }];
      }),
    );
    const isAllQuiet = shards.every(({ window }) => !window.blocking || this.#isQuiet(window));
    for (const { shardId, window } of shards) {
      const { blocking } = window;
      if (blocking && this.#isQuiet(window) && (isAllQuiet || blocking.isOvertaken)) {
        throw this.#error(shardId, blocking.position.sequenceNumber);
      }
    }
  }

  #isQuiet(window: ShardWindow): boolean {
    return (this.#seen.get(window)?.quietLooks ?? 0) >= StallWatch.LOOKS;
  }

  #error(shardId: string, sequenceNumber: string): StalledError {
    const streamName = this.#streamName;
    return new StalledError(
      `Record ${sequenceNumber} of shard ${shardId} of stream ${streamName} was delivered and has not been settled for ` +
        `${this.#timeoutMs} ms, so the shard's checkpoint cannot pass it. Nothing settles records (is there no checkpoint()?), an operator dropped it, or one is slower than stallTimeoutMs. ` +
        'Use filterData, mapData and processRecords, which settle what they drop; or record.settle(); or checkpoint({ ordered: true }).',
      { streamName, shardId, sequenceNumber },
    );
  }
}
