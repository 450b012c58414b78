import { KinesisStreamError } from './KinesisStreamError.ts';

/**
 * A record was delivered and never settled, and so its shard's checkpoint cannot move: an operator dropped it.
 *
 * Names the oldest such record. Use `filterData` rather than `filter`, settle what is dropped, or use `checkpoint({ ordered: true })`.
 */
export class StalledError extends KinesisStreamError {
  override readonly name = 'StalledError';
}
