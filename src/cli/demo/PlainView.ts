import type { DemoView } from './DemoView.ts';
import { formatProgress } from './formatProgress.ts';
import { formatShard } from './formatShard.ts';
import type { Snapshot } from './Snapshot.ts';

const SECONDS_BETWEEN = 4;
const MAX_SHARDS = 16;

/** Lines one after the other, for where there is no terminal. */
export class PlainView implements DemoView {
  #shownAt = 0;

  note(seconds: number, text: string): void {
    console.log(`${seconds.toFixed(1).padStart(6)} s  * ${text}`);
  }

  show(snapshot: Snapshot): void {
    if (snapshot.seconds - this.#shownAt < SECONDS_BETWEEN) return;
    this.#shownAt = snapshot.seconds;
    const live = snapshot.shards.filter(({ state }) => state !== 'ended');
    const lines = live.slice(0, MAX_SHARDS).map((shard) => `          ${formatShard(shard)}`);
    if (live.length > MAX_SHARDS) lines.push(`          and ${live.length - MAX_SHARDS} more`);
    console.log([formatProgress(snapshot), ...lines].join('\n'));
  }

  close(): void {
    // Each line is complete as it is.
  }
}
