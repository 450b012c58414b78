import logUpdate from 'log-update';
import { colours } from '../colours.ts';
import { cutLine } from '../cutLine.ts';
import { wrapWords } from '../wrapWords.ts';
import type { DemoView } from './DemoView.ts';
import { formatProgress } from './formatProgress.ts';
import { formatShard } from './formatShard.ts';
import type { Snapshot } from './Snapshot.ts';

/** Lines beside those of shards: the bar, what there is no room for, and the prompt. */
const OTHER_LINES = 4;
/** What stands before the text of a note. */
const NOTE_INDENT = '1234.5 s  * '.length;

/** A bar and a line for each shard, drawn over and over, each cut to the width of the terminal; what is worth it stays above them. */
export class TerminalView implements DemoView {
  note(seconds: number, text: string): void {
    const told = wrapWords(text, { indent: NOTE_INDENT });
    logUpdate.persist(`${colours.dim(`${seconds.toFixed(1).padStart(6)} s`)}  ${colours.yellow('*')} ${told}`);
  }

  show(snapshot: Snapshot): void {
    const room = Math.max(1, (process.stdout.rows || 24) - OTHER_LINES);
    const live = snapshot.shards.filter(({ state }) => state !== 'ended');
    const shards = snapshot.shards.length > room ? live : snapshot.shards;
    const lines = shards.slice(0, room).map((shard) => `  ${formatShard(shard)}`);
    if (shards.length > room) lines.push(colours.dim(`  and ${shards.length - room} more`));
    const columns = process.stdout.columns || Infinity;
    const view = [formatProgress(snapshot, columns), ...lines].map((line) => cutLine(line, columns));
    logUpdate(view.join('\n'));
  }

  close(): void {
    logUpdate.done();
  }
}
