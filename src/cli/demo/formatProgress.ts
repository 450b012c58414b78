import cliProgress from 'cli-progress';
import { colours } from '../colours.ts';
import type { Snapshot } from './Snapshot.ts';

const MAX_BAR_SIZE = 32;
const MIN_BAR_SIZE = 4;
/** Clock, percentage, words, spaces, and up to 99,999 in flight; and so often stands a number of records beside them. */
const FIXED_COLUMNS = 53;
const NUMBERS = 3;

/** The progress bar, and the figures beside it, in a line of at most so many columns if it can be. */
export function formatProgress(snapshot: Snapshot, columns = Infinity): string {
  const { seconds, records, written, distinct, inFlight } = snapshot;
  const room = columns - FIXED_COLUMNS - NUMBERS * count(records).length;
  const barsize = Math.min(MAX_BAR_SIZE, Math.max(MIN_BAR_SIZE, room));
  const { barCompleteChar, barIncompleteChar } = cliProgress.Presets.rect;
  const bar = cliProgress.Format.BarFormat(distinct / records, {
    barsize,
    barGlue: '',
    barCompleteString: barCompleteChar.repeat(barsize),
    barIncompleteString: barIncompleteChar.repeat(barsize),
  });
  const percent = `${Math.floor((100 * distinct) / records)}%`.padStart(4);
  const figures = `written ${count(written)}  read ${count(distinct)} of ${count(records)}  in flight ${count(inFlight)}`;
  return `${clock(seconds)}  ${colours.cyan(bar)}${percent}  ${figures}`;
}

const count = (value: number) => value.toLocaleString('en-US');
const clock = (seconds: number) => `${seconds.toFixed(1)} s`.padStart(8);
