import { KinesisRecord } from '../record/KinesisRecord.ts';

/** Which inputs are records of a stream, and in hand: they have no result yet. */
export class HeldRecords {
  readonly #held = new Set<KinesisRecord<unknown>>();

  hold(value: unknown): void {
    if (!(value instanceof KinesisRecord)) return;
    this.#held.add(value);
    value.hold();
  }

  unhold(value: unknown): void {
    if (value instanceof KinesisRecord && this.#held.delete(value)) value.unhold();
  }

  unholdAll(): void {
    for (const record of this.#held) record.unhold();
    this.#held.clear();
  }
}
