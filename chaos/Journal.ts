import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a worker writes down, the moment it happens. A process that is killed has written all but what it was just about to. */
export type JournalEntry =
  | { readonly type: 'started' | 'ended'; readonly ms: number }
  | { readonly type: 'lease'; readonly ms: number; readonly shardId: string; readonly event: string }
  /** A record came out of the source. */
  | {
      readonly type: 'delivered';
      readonly ms: number;
      readonly shardId: string;
      readonly sequenceNumber: string;
      readonly id: number;
    }
  /** A record was processed: its effect is there. */
  | { readonly type: 'processed'; readonly ms: number; readonly id: number }
  | { readonly type: 'failed'; readonly ms: number; readonly error: string };

type Untimed<Entry> = Entry extends unknown ? Omit<Entry, 'ms'> : never;

/** The time of day on a clock that never steps back; that of all processes of a machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** The journal of one process: a file that only grows. */
export class Journal {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  write(entry: Untimed<JournalEntry>): void {
    writeSync(this.#file, `${JSON.stringify({ ...entry, ms: nowMs() })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What a process has written; a line that it was killed in is not counted. */
export function readJournal(path: string): readonly JournalEntry[] {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as JournalEntry);
}
