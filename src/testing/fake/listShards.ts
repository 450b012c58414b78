import type { ListShardsCommandInput, ShardFilter } from '@aws-sdk/client-kinesis';
import {
  LIST_SHARDS_CALLS_PER_SECOND,
  LIST_SHARDS_PAGE,
  LIST_SHARDS_TOKEN_LIFETIME_MS,
  MAX_LIST_SHARDS_PAGE,
} from '../../aws/limits.ts';
import { describeShard } from './describeShard.ts';
import type { FakeService } from './FakeService.ts';
import type { FakeShard } from './FakeShard.ts';
import type { FakeStream } from './FakeStream.ts';
import { name, streamReference, token } from './memberRules.ts';
import { operation } from './Operation.ts';
import { serviceError } from './serviceError.ts';
import { timestampMs } from './timestampMs.ts';

const FILTERS = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
] as const;
type FilterType = (typeof FILTERS)[number];

/** Where a listing goes on, and what it leaves out. */
interface Listing {
  readonly stream: FakeStream;
  readonly type: FilterType;
  readonly timestamp: number;
  readonly after: string;
}

export const ListShards = operation<ListShardsCommandInput>(
  {
    ...streamReference,
    ExclusiveStartShardId: name,
    MaxResults: { is: 'Integer', min: 1, max: MAX_LIST_SHARDS_PAGE },
    NextToken: token,
    StreamCreationTimestamp: { is: 'Timestamp' },
    ShardFilter: {
      is: 'Structure',
      members: {
        Type: { is: 'String', required: true, values: FILTERS },
        ShardId: name,
        Timestamp: { is: 'Timestamp' },
      },
    },
  },
  (service, input) => {
    const listing = input.NextToken === undefined ? start(service, input) : goOn(service, input, input.NextToken);
    const { stream, type, timestamp, after } = listing;
    service.countCall('ListShards', LIST_SHARDS_CALLS_PER_SECOND, stream);
    if (stream.status === 'CREATING' || stream.status === 'DELETING') service.requireActive(stream);
    const { now } = service;
    const all = stream.shards(now).filter((shard) => shard.id > after && wanted(shard, type, timestamp));
    const listed = all.slice(0, Math.min(input.MaxResults ?? LIST_SHARDS_PAGE, LIST_SHARDS_PAGE));
    const last = listed.at(-1);
    const isMore = last !== undefined && listed.length < all.length;
    return {
      Shards: listed.map(describeShard),
      ...(isMore && {
        NextToken: service.tokens.write('shards', [now, stream.name, stream.createdAt, type, timestamp, last.id]),
      }),
    };
  },
);

function wanted(shard: FakeShard, type: FilterType, timestamp: number): boolean {
  const endsAfter = shard.closedAt === undefined || shard.closedAt >= timestamp;
  switch (type) {
    case 'AT_LATEST':
      return shard.isOpen;
    case 'AT_TRIM_HORIZON':
    case 'AT_TIMESTAMP':
      return shard.createdAt <= timestamp && endsAfter;
    case 'FROM_TIMESTAMP':
      return endsAfter;
    case 'AFTER_SHARD_ID':
    case 'FROM_TRIM_HORIZON':
      return true;
  }
}

function start(service: FakeService, input: ListShardsCommandInput): Listing {
  if (input.StreamName === undefined && input.StreamARN === undefined) {
    throw serviceError('InvalidArgumentException', 'Either NextToken or StreamName should be provided.');
  }
  const stream = service.stream(input);
  const created = input.StreamCreationTimestamp;
  if (created !== undefined && Math.floor(timestampMs(created) / 1_000) !== Math.floor(stream.createdAt / 1_000)) {
    throw service.noStream(stream.name);
  }
  const filter = input.ShardFilter;
  const type = filter?.Type ?? 'FROM_TRIM_HORIZON';
  if (filter) checkFilter(filter);
  const horizon = Math.max(stream.horizon(service.now), stream.createdAt);
  return {
    stream,
    type,
    timestamp: filter?.Timestamp === undefined ? horizon : Math.max(horizon, timestampMs(filter.Timestamp)),
    after: filter?.ShardId ?? input.ExclusiveStartShardId ?? '',
  };
}

function checkFilter({ Type, ShardId, Timestamp }: ShardFilter): void {
  const needsShard = Type === 'AFTER_SHARD_ID';
  const needsTime = Type === 'AT_TIMESTAMP' || Type === 'FROM_TIMESTAMP';
  const complaints = [
    needsShard && ShardId === undefined && `ShardId must be specified for ShardFilter type ${Type}.`,
    needsTime && Timestamp === undefined && `Timestamp must be specified for ShardFilter type ${Type}.`,
    !needsShard && ShardId !== undefined && `ShardId must not be specified for ShardFilter type ${String(Type)}.`,
    !needsTime && Timestamp !== undefined && `Timestamp must not be specified for ShardFilter type ${String(Type)}.`,
  ];
  const complaint = complaints.find((each) => each !== false);
  if (complaint) throw serviceError('InvalidArgumentException', complaint);
}

function goOn(service: FakeService, input: ListShardsCommandInput, nextToken: string): Listing {
  for (const member of [
    'StreamName',
    'StreamARN',
    'StreamCreationTimestamp',
    'ExclusiveStartShardId',
    'ShardFilter',
  ] as const) {
    if (input[member] !== undefined) {
      throw serviceError('InvalidArgumentException', `NextToken and ${member} cannot be provided together.`);
    }
  }
  const fields = service.tokens.read('shards', nextToken);
  if (!fields) throw serviceError('InvalidArgumentException', 'NextToken is invalid.');
  const [writtenAt, streamName, createdAt, type, timestamp, after] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (service.now - Number(writtenAt) > LIST_SHARDS_TOKEN_LIFETIME_MS) {
    throw serviceError('ExpiredNextTokenException', 'The pagination token passed to the operation is expired.');
  }
  const stream = service.find(streamName);
  if (stream?.createdAt !== Number(createdAt)) throw service.noStream(streamName);
  return { stream, type: type as FilterType, timestamp: Number(timestamp), after };
}
