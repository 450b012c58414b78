import type {
  CreateStreamCommandInput,
  DeleteStreamCommandInput,
  DescribeStreamCommandInput,
  ListStreamsCommandInput,
  StreamDescription,
} from '@aws-sdk/client-kinesis';
import {
  DEFAULT_MAX_RECORD_BYTES,
  DEFAULT_RETENTION_HOURS,
  DESCRIBE_STREAM_CALLS_PER_SECOND,
  DESCRIBE_STREAM_SUMMARY_CALLS_PER_SECOND,
} from '../../aws/limits.ts';
import { describeShard } from './describeShard.ts';
import type { FakeService, StreamReference } from './FakeService.ts';
import type { FakeStream } from './FakeStream.ts';
import { name, page, requiredName, streamReference, token } from './memberRules.ts';
import { operation } from './Operation.ts';
import { serviceError } from './serviceError.ts';

const CONTROL_CALLS_PER_SECOND = 5;
const STREAMS_PAGE = 100;
const SHARDS_PAGE = 100;
const ON_DEMAND_SHARDS = 4;
const ON_DEMAND_STREAMS = 50;
const KIB = 1_024;

const describe = (stream: FakeStream) => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: stream.status,
  StreamModeDetails: { StreamMode: stream.mode },
  RetentionPeriodHours: stream.retentionHours,
  StreamCreationTimestamp: new Date(stream.createdAt),
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: 'NONE' as const,
});

const isBuilt = (stream: FakeStream) => stream.status !== 'CREATING';

export const CreateStream = operation<CreateStreamCommandInput & { StreamName: string }>(
  {
    StreamName: requiredName,
    ShardCount: { is: 'Integer', min: 1, max: 100_000 },
    MaxRecordSizeInKiB: { is: 'Integer', min: 1_024, max: 10_240 },
    StreamModeDetails: {
      is: 'Structure',
      members: { StreamMode: { is: 'String', required: true, values: ['PROVISIONED', 'ON_DEMAND'] } },
    },
    Tags: { is: 'Map', max: 50 },
  },
  (service, input) => {
    service.countCall('CreateStream', CONTROL_CALLS_PER_SECOND);
    const isOnDemand = input.StreamModeDetails?.StreamMode === 'ON_DEMAND';
    if (isOnDemand && input.ShardCount !== undefined) {
      throw serviceError(
        'InvalidArgumentException',
        'ShardCount must not be specified when creating an ON_DEMAND stream.',
      );
    }
    if (!isOnDemand && input.ShardCount === undefined) {
      throw serviceError(
        'InvalidArgumentException',
        'ShardCount must be specified when creating a PROVISIONED stream.',
      );
    }
    if (service.find(input.StreamName)) {
      throw serviceError('ResourceInUseException', `Stream ${input.StreamName} ${service.account} already exists.`);
    }
    const shards = input.ShardCount ?? ON_DEMAND_SHARDS;
    service.requireShards(shards);
    const stream = service.add({
      name: input.StreamName,
      shards,
      mode: isOnDemand ? 'ON_DEMAND' : 'PROVISIONED',
      retentionHours: DEFAULT_RETENTION_HOURS,
      maxRecordBytes: input.MaxRecordSizeInKiB ? input.MaxRecordSizeInKiB * KIB : DEFAULT_MAX_RECORD_BYTES,
    });
    for (const [key, value] of Object.entries(input.Tags ?? {})) stream.tags.set(key, value);
    stream.change('CREATING', stream.createdAt, stream.createdAt + service.settings.statusMs, () => undefined);
    return {};
  },
);

export const DeleteStream = operation<DeleteStreamCommandInput>(
  { ...streamReference, EnforceConsumerDeletion: { is: 'Boolean' } },
  (service, input) => {
    service.countCall('DeleteStream', CONTROL_CALLS_PER_SECOND);
    const stream = service.stream(input);
    if (stream.status !== 'DELETING') service.remove(stream, service.now + service.settings.statusMs);
    return {};
  },
);

export const DescribeStream = operation<DescribeStreamCommandInput>(
  { ...streamReference, ExclusiveStartShardId: name, Limit: page },
  (service, input) => {
    service.countCall('DescribeStream', DESCRIBE_STREAM_CALLS_PER_SECOND);
    const stream = service.stream(input);
    const after = input.ExclusiveStartShardId;
    const shards = isBuilt(stream)
      ? stream.shards(service.now).filter(({ id }) => after === undefined || id > after)
      : [];
    const size = Math.min(input.Limit ?? SHARDS_PAGE, SHARDS_PAGE);
    const description: StreamDescription = {
      ...describe(stream),
      HasMoreShards: shards.length > size,
      Shards: shards.slice(0, size).map(describeShard),
    };
    return { StreamDescription: description };
  },
);

export const DescribeStreamSummary = operation<StreamReference>(streamReference, (service, input) => {
  service.countCall('DescribeStreamSummary', DESCRIBE_STREAM_SUMMARY_CALLS_PER_SECOND);
  const stream = service.stream(input);
  return {
    StreamDescriptionSummary: {
      ...describe(stream),
      OpenShardCount: isBuilt(stream) ? stream.open.length : 0,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: Math.floor(stream.maxRecordBytes / KIB),
    },
  };
});

export const ListStreams = operation<ListStreamsCommandInput>(
  { ExclusiveStartStreamName: name, Limit: page, NextToken: token },
  (service, input) => {
    service.countCall('ListStreams', CONTROL_CALLS_PER_SECOND);
    const after =
      input.NextToken === undefined ? input.ExclusiveStartStreamName : nameInToken(service, input.NextToken);
    const streams = service.streams.filter((stream) => after === undefined || stream.name > after);
    const listed = streams.slice(0, Math.min(input.Limit ?? STREAMS_PAGE, STREAMS_PAGE));
    const hasMore = listed.length < streams.length;
    return {
      StreamNames: listed.map((stream) => stream.name),
      HasMoreStreams: hasMore,
      ...(hasMore && { NextToken: service.tokens.write('streams', [listed.at(-1)?.name ?? '']) }),
      StreamSummaries: listed.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: stream.status,
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: new Date(stream.createdAt),
      })),
    };
  },
);

export const DescribeLimits = operation<object>({}, (service) => {
  service.countCall('DescribeLimits', 1);
  return {
    ShardLimit: service.settings.shardLimit,
    OpenShardCount: service.openShardCount,
    OnDemandStreamCount: service.streams.filter((stream) => stream.mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: ON_DEMAND_STREAMS,
  };
});

function nameInToken(service: FakeService, nextToken: string): string | undefined {
  const fields = service.tokens.read('streams', nextToken);
  if (!fields) throw serviceError('InvalidArgumentException', 'NextToken is invalid.');
  return fields[0];
}
