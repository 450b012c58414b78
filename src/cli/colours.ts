import { isatty } from 'node:tty';
import { createColors } from 'picocolors';

const STDOUT = 1;

/** Colours where a terminal shows them; plain text in a pipe or a log, whatever the environment says of CI. */
export const colours = createColors(isatty(STDOUT) && process.env.NO_COLOR === undefined);
