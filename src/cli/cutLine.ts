import wrapAnsi from 'wrap-ansi';

/** A line of at most so many columns: what does not fit is cut off, and an ellipsis says so. Colours count nothing, and end where it is cut. */
export function cutLine(line: string, columns: number): string {
  if (breakAt(line, columns).length === 1) return line;
  return `${breakAt(line, Math.max(1, columns - 1))[0]}…`;
}

const breakAt = (line: string, columns: number): string[] =>
  wrapAnsi(line, columns, { hard: true, wordWrap: false, trim: false }).split('\n');
