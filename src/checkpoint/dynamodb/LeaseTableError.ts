import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import type { KinesisStreamErrorOptions } from '../../errors/KinesisStreamError.ts';

/** What of a store is not as the table, or AWS, has it. */
export type WrongSetting =
  'table' | 'application' | 'stream' | 'streams' | 'initialTimestamp' | 'region' | 'credentials';

/** A mistake in what the store was given: what was found, and apart from it the remedy, which those who set it elsewhere call by other names. */
export class LeaseTableError extends CheckpointStoreError {
  readonly found: string;
  readonly wrongSetting: WrongSetting;
  /** What `streams` must be, where that is what is wrong and it is known. */
  readonly wantedStreams: string | undefined;

  constructor(
    found: string,
    remedy: string,
    wrong: WrongSetting | { readonly streams: string },
    options: KinesisStreamErrorOptions,
  ) {
    super(`${found}. ${remedy}`, options);
    this.found = found;
    this.wrongSetting = typeof wrong === 'string' ? wrong : 'streams';
    this.wantedStreams = typeof wrong === 'string' ? undefined : wrong.streams;
  }
}
