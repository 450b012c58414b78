import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type GetShardIteratorCommandOutput,
  ListShardsCommand,
  type ListShardsCommandOutput,
} from '@aws-sdk/client-kinesis';
import { defer, EMPTY, expand, type Observable, throwError } from 'rxjs';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { wallClockMs } from '../internal/wallClockMs.ts';
import type { KinesisClientLike } from './KinesisClientLike.ts';
import type { ServiceClock } from './ServiceClock.ts';
import { type Deadline, sendCommand } from './sendCommand.ts';
import type { StreamTarget } from './streamTarget.ts';

/** Which stream is read, and how long an answer may take. */
export interface ReadSite {
  readonly target: StreamTarget;
  readonly deadline: Deadline;
  /** Told of the time of each answer of a shard. */
  readonly serviceClock?: ServiceClock;
}

/** Where in a shard an iterator starts. */
export type IteratorStart = Pick<
  GetShardIteratorCommandInput,
  'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'
>;

export function getShardIterator(
  client: KinesisClientLike,
  { target: { streamName, input }, deadline, serviceClock }: ReadSite,
  shardId: string,
  start: IteratorStart,
): Observable<GetShardIteratorCommandOutput> {
  return sendCommand(
    client,
    () => timed(new GetShardIteratorCommand({ ...input, ShardId: shardId, ...start }), deadline, serviceClock),
    {
      operation: 'GetShardIterator',
      streamName,
      shardId,
    },
    deadline,
  );
}

export function getRecords(
  client: KinesisClientLike,
  { target: { streamName, input }, deadline, serviceClock }: ReadSite,
  shardId: string,
  shardIterator: string,
  limit: number,
): Observable<GetRecordsCommandOutput> {
  // An iterator names its stream; the ARN goes with it where there is one, for the endpoint of another account's stream.
  const arn = 'StreamARN' in input ? { StreamARN: input.StreamARN } : {};
  return sendCommand(
    client,
    () => timed(new GetRecordsCommand({ ...arn, ShardIterator: shardIterator, Limit: limit }), deadline, serviceClock),
    {
      operation: 'GetRecords',
      streamName,
      shardId,
    },
    deadline,
  );
}

const timed = <C extends object>(command: C, { scheduler }: Deadline, clock: ServiceClock | undefined): C =>
  clock ? clock.hear(command, () => wallClockMs(scheduler)) : command;

/** A page has 1,000 shards and more: so many pages have no end. */
const MAX_PAGES = 1_000;

/** All shards of a stream, page by page. An expired page token errors: begin again. So do pages that repeat, or have no end. */
export function listShardPages(client: KinesisClientLike, site: ReadSite): Observable<ListShardsCommandOutput> {
  return defer(() => {
    let latest: string | undefined;
    return listShards(client, site, undefined).pipe(
      expand(({ NextToken }, index) => {
        if (!NextToken) return EMPTY;
        if (NextToken === latest) return throwError(() => repeating(site));
        latest = NextToken;
        return index < MAX_PAGES - 1 ? listShards(client, site, NextToken) : throwError(() => endless(site));
      }),
    );
  });
}

/** One page of the shards of a stream. With a token the service wants no name beside it. */
function listShards(
  client: KinesisClientLike,
  { target: { streamName, input }, deadline }: ReadSite,
  nextToken: string | undefined,
): Observable<ListShardsCommandOutput> {
  return sendCommand(
    client,
    () => new ListShardsCommand(nextToken === undefined ? input : { NextToken: nextToken }),
    {
      operation: 'ListShards',
      streamName,
    },
    deadline,
  );
}

function repeating({ target: { streamName } }: ReadSite): KinesisServiceError {
  return new KinesisServiceError(
    `ListShards of stream ${streamName} answered with the page token that it was given. The call is repeated.`,
    { kind: 'transient', awsName: 'unknown', operation: 'ListShards', streamName },
  );
}

function endless({ target: { streamName } }: ReadSite): KinesisServiceError {
  return new KinesisServiceError(
    `ListShards of stream ${streamName} has more than ${MAX_PAGES} pages: something between here and Kinesis repeats them.`,
    { kind: 'fatal', awsName: 'unknown', operation: 'ListShards', streamName },
  );
}
