import wrapAnsi from 'wrap-ansi';

/** How wide lines are, and how far those after the first are indented. */
export interface WrapOptions {
  readonly columns?: number;
  readonly indent?: number;
}

const COLUMNS_WITHOUT_TERMINAL = 80;

/** Breaks lines between words, never within one, so that each fits into the terminal, or into 80 columns where there is none. */
export function wrapWords(text: string, { columns = terminalColumns(), indent = 0 }: WrapOptions = {}): string {
  return wrapAnsi(text, Math.max(1, columns - indent)).replaceAll('\n', `\n${' '.repeat(indent)}`);
}

/** A terminal that does not tell its width says 0. */
function terminalColumns(): number {
  return process.stdout.columns || COLUMNS_WITHOUT_TERMINAL;
}
