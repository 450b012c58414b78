import { PutRecordsCommand, type PutRecordsCommandOutput, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { Observable, SchedulerLike } from 'rxjs';
import type { KinesisClientLike } from './KinesisClientLike.ts';
import { sendCommand } from './sendCommand.ts';
import type { StreamTarget } from './streamTarget.ts';

export interface PutRecordsRequest {
  readonly target: StreamTarget;
  readonly records: PutRecordsRequestEntry[];
  /** How long to wait for the answer before the request is aborted. */
  readonly timeoutMs: number;
  readonly scheduler: SchedulerLike;
}

/** What is read of an answer; any of it may be missing. */
export type PutRecordsAnswer = Partial<Pick<PutRecordsCommandOutput, 'Records'>>;

/**
 * Sends one PutRecords request at each subscription, and emits the one answer.
 *
 * Errors with {@link KinesisServiceError}; with one of the name `timeout` when there is no answer in time.
 */
export function putRecords(client: KinesisClientLike, request: PutRecordsRequest): Observable<PutRecordsAnswer> {
  const { target, records, timeoutMs, scheduler } = request;
  const site = { operation: 'PutRecords', streamName: target.streamName };
  return sendCommand<PutRecordsAnswer>(
    client,
    () => new PutRecordsCommand({ ...target.input, Records: records }),
    site,
    { timeoutMs, scheduler },
  );
}
