import { BufferFullError } from '../errors/BufferFullError.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';

type Bounds = Pick<ProducerSettings<unknown>, 'maxBufferedRecords' | 'maxBufferedBytes'>;

/** Counts the records that have no result yet, and their bytes, and keeps them within bounds. */
export class Backlog {
  readonly #streamName: string;
  readonly #bounds: Bounds;
  #records = 0;
  #bytes = 0;

  constructor(streamName: string, bounds: Bounds) {
    this.#streamName = streamName;
    this.#bounds = bounds;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws BufferFullError when there is no room; then nothing has changed */
  add({ value, bytes }: Entry<unknown>): void {
    const { maxBufferedRecords, maxBufferedBytes } = this.#bounds;
    if (this.#records >= maxBufferedRecords) this.#refuse(value, 'maxBufferedRecords');
    // One that is too large for the bound may be there alone.
    if (this.#records > 0 && this.#bytes + bytes > maxBufferedBytes) this.#refuse(value, 'maxBufferedBytes');
    this.#records++;
    this.#bytes += bytes;
  }

  remove(records: number, bytes: number): void {
    this.#records -= records;
    this.#bytes -= bytes;
  }

  clear(): void {
    this.remove(this.#records, this.#bytes);
  }

  #refuse(value: unknown, option: keyof Bounds): never {
    const bound = this.#bounds[option];
    throw new BufferFullError({ streamName: this.#streamName, value, bufferedRecords: this.#records, option, bound });
  }
}
