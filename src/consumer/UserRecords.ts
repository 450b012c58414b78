import type { AggregateReader } from '../codec/aggregate/AggregateReader.ts';
import type { AggregatedRecord } from '../codec/aggregate/AggregatedRecord.ts';

/**
 * The user records of one aggregate that are to be delivered: all of it, or some. Each is made when it is asked for; behind the last the
 * aggregate is let go.
 */
export class UserRecords {
  readonly count: number;
  #aggregate: AggregateReader | undefined;
  readonly #selected: Uint32Array | undefined;
  #passed = 0;
  #taken = 0;

  /** @param selected their places in the aggregate, in order; default: all */
  constructor(aggregate: AggregateReader, selected?: Uint32Array) {
    this.#aggregate = aggregate;
    this.#selected = selected;
    this.count = selected?.length ?? aggregate.count;
  }

  /** The place in the aggregate of one of them. */
  subSequenceNumberAt(index: number): number {
    return this.#selected?.[index] ?? index;
  }

  /** The next of them, in order; undefined behind the last. */
  next(): AggregatedRecord | undefined {
    const aggregate = this.#aggregate;
    if (!aggregate || this.#taken === this.count) return undefined;
    const wanted = this.subSequenceNumberAt(this.#taken);
    this.#taken += 1;
    for (; this.#passed < wanted; this.#passed += 1) aggregate.next();
    this.#passed += 1;
    if (this.#taken === this.count) this.#aggregate = undefined;
    return aggregate.next();
  }
}
