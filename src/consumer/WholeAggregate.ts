import type { UserRecords } from './UserRecords.ts';

/**
 * An aggregate that is delivered as one record: where it is done, so is the last of its user records, and a reader that takes aggregates apart
 * goes on behind it.
 */
export class WholeAggregate implements Pick<UserRecords, 'count' | 'subSequenceNumberAt' | 'next'> {
  readonly count = 1;
  readonly #userRecords: number;

  constructor(userRecords: number) {
    this.#userRecords = userRecords;
  }

  subSequenceNumberAt(): number {
    return this.#userRecords - 1;
  }

  /** What is delivered is no user record. */
  next(): undefined {
    return undefined;
  }
}
