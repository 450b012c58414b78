import type { Readable } from 'node:stream';

/** What `pattern` matches in what a program writes, once it does; rejects with all that it wrote when it ends before that. Reads on after that. */
export function untilSaid(output: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let said = '';
    output.setEncoding('utf8');
    output.on('data', (text: string) => {
      said += text;
      const match = pattern.exec(said);
      if (match) resolve(match);
    });
    output.once('close', () => {
      reject(new Error(`a program ended before it said ${String(pattern)}; it said: ${said}`));
    });
  });
}
