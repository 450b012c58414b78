import { createInterface } from 'node:readline';
import { firstValueFrom, fromEvent, map, merge, take } from 'rxjs';

/** Asks on a terminal, and resolves with whether the answer was yes, anything else being no; `undefined` where there is no terminal. */
export async function askYesNo(
  question: string,
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean | undefined> {
  if (input.isTTY !== true) return undefined;
  const lines = createInterface({ input, output, terminal: false });
  try {
    output.write(`${question} (y/N) `);
    const answer = merge(fromEvent(lines, 'line') as never, fromEvent(lines, 'close').pipe(map(() => '')));
    return /^\s*y(es)?\s*$/i.test(String(await firstValueFrom(answer.pipe(take(1)))));
  } finally {
    lines.close();
  }
}
