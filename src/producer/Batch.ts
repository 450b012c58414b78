import type { Parcel } from './Parcel.ts';

export interface BatchLimits {
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
}

/** A request while it is filled. */
export class Batch<T> {
  readonly parcels: Parcel<T>[] = [];
  readonly #maxRecords: number;
  /** What each of the parcels allows. */
  #company: number | undefined;
  #room: number;
  #isFull = false;

  constructor({ maxBatchRecords, maxBatchBytes }: BatchLimits) {
    this.#maxRecords = maxBatchRecords;
    this.#room = maxBatchBytes;
  }

  get isFull(): boolean {
    return this.#isFull || this.parcels.length >= Math.min(this.#maxRecords, this.#company ?? Infinity);
  }

  /** How many bytes the next parcel may have: any number where it is the first, which goes alone if it is too large. */
  get room(): number {
    return this.parcels.length === 0 ? Infinity : this.#room;
  }

  /** Whether the next parcel, with an entry that allows so much company, may go with those that are in it: only with its like. */
  suits(company: number): boolean {
    return this.#company === undefined || this.#company === company;
  }

  add(parcel: Parcel<T>): void {
    this.parcels.push(parcel);
    this.#company = parcel.company;
    this.#room -= parcel.bytes;
  }

  /** What comes next has no room in it. */
  close(): void {
    this.#isFull = true;
  }
}
