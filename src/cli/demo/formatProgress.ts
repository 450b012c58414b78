import cliProgress from 'cli-progress';
import { colours } from '../colours.ts';
import type { Snapshot } from './Snapshot.ts';

const BAR_SIZE = 32;

/** The progress bar, and the figures beside it. */
export function formatProgress({ seconds, records, written, distinct, inFlight }: Snapshot): string {
  const { barCompleteChar, barIncompleteChar } = cliProgress.Presets.rect;
  const bar = cliProgress.Format.BarFormat(distinct / records, {
    barsize: BAR_SIZE,
    barGlue: '',
    barCompleteString: barCompleteChar.repeat(BAR_SIZE),
    barIncompleteString: barIncompleteChar.repeat(BAR_SIZE),
  });
  const percent = `${Math.floor((100 * distinct) / records)}%`.padStart(4);
  const figures = `written ${count(written)}  read ${count(distinct)} of ${count(records)}  in flight ${count(inFlight)}`;
  return `${clock(seconds)}  ${colours.cyan(bar)}${percent}  ${figures}`;
}

const count = (value: number) => value.toLocaleString('en-US');
const clock = (seconds: number) => `${seconds.toFixed(1)} s`.padStart(8);
