import { StalledError } from '../errors/StalledError.ts';
import type { ShardWindow } from './ShardWindow.ts';

interface Watched {
  readonly shardId: string;
  readonly window: ShardWindow;
  /** Nothing more is read of it until something is settled. */
  readonly isBlocked: boolean;
}

/**
 * Tells a pipeline that dropped a record unsettled from one that is slow.
 *
 * A shard has stalled when its watermark has stood still for all the time, nobody says that he has its oldest record in hand, and either
 * later records were settled, of this shard or of another, or nothing was settled in any shard.
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

  /**
   * @param settlesInOrder the next record settles the last: then only a shard that waits for that has stalled
   * @throws {@link StalledError} naming the oldest unsettled record
   */
  look(shards: readonly Watched[], settlesInOrder: boolean): void {
    this.#seen = new Map(
      shards.map(({ window }) => {
        const before = this.#seen.get(window);
        const isQuiet = before?.moves === window.moves && window.blocking?.isHeld === false;
        return [window, { moves: window.moves, quietLooks: isQuiet ? before.quietLooks + 1 : 0 }];
      }),
    );
    const isAllQuiet = shards.every(({ window }) => !window.blocking || this.#isQuiet(window));
    const settledLast = Math.max(...shards.map(({ window }) => window.settledSerial));
    for (const { shardId, window, isBlocked } of shards) {
      const { blocking } = window;
      if (!blocking || !this.#isQuiet(window) || (settlesInOrder && !isBlocked)) continue;
      const isOvertaken = blocking.isOvertaken || settledLast > blocking.serial;
      if (isAllQuiet || isOvertaken) throw this.#error(shardId, blocking.position.sequenceNumber);
    }
  }

  #isQuiet(window: ShardWindow): boolean {
    return (this.#seen.get(window)?.quietLooks ?? 0) >= StallWatch.LOOKS;
  }

  #error(shardId: string, sequenceNumber: string): StalledError {
    const streamName = this.#streamName;
    return new StalledError(
      `Record ${sequenceNumber} of shard ${shardId} of stream ${streamName} was delivered and has not been settled for ` +
        `${this.#timeoutMs} ms, so the shard's checkpoint cannot pass it. ` +
        'Nothing settles records (is there no checkpoint()?), an operator dropped it, or one is slower than stallTimeoutMs. ' +
        'Use filterData, mapData and processRecords, which settle what they drop; or record.settle(); or checkpoint({ ordered: true }).',
      { streamName, shardId, sequenceNumber },
    );
  }
}
