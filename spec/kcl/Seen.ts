import { filter, firstValueFrom, startWith, Subject, throwError, timeout } from 'rxjs';

/** A record that a worker delivered. */
export interface SeenRecord {
  readonly workerId: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly data: string;
}

const WAIT_MS = 40_000;

/** What all workers delivered, in the order in which it came here. */
export class Seen {
  readonly records: SeenRecord[] = [];
  readonly #happened = new Subject<void>();

  add(record: SeenRecord): void {
    this.records.push(record);
    this.#happened.next();
  }

  /** Something else happened that may be waited for. */
  happened(): void {
    this.#happened.next();
  }

  by(workerId: string): string[] {
    return this.records.filter((record) => record.workerId === workerId).map(({ data }) => data);
  }

  /** How many different records there were. */
  get count(): number {
    return new Set(this.records.map(({ data }) => data)).size;
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    const late = () => new Error(`waited for ${what}, and ${this.count} records are there`);
    const limit = timeout({ first: WAIT_MS, with: () => throwError(late) });
    await firstValueFrom(this.#happened.pipe(startWith(undefined), filter(condition), limit));
  }
}
