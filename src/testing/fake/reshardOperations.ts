import type {
  MergeShardsCommandInput,
  SplitShardCommandInput,
  UpdateShardCountCommandInput,
} from '@aws-sdk/client-kinesis';
import type { FakeService } from './FakeService.ts';
import type { FakeShard } from './FakeShard.ts';
import { type FakeStream, HOUR_MS } from './FakeStream.ts';
import { hashKey, shardId, streamReference } from './memberRules.ts';
import { operation } from './Operation.ts';
import { areNeighbours, mergeShards, scaleTo, splits, splitShard } from './reshard.ts';
import { serviceError } from './serviceError.ts';

const CALLS_PER_SECOND = 5;
const SCALINGS_PER_DAY = 10;
const DAY_MS = 24 * HOUR_MS;

export const SplitShard = operation<SplitShardCommandInput & { ShardToSplit: string; NewStartingHashKey: string }>(
  { ...streamReference, ShardToSplit: shardId, NewStartingHashKey: { ...hashKey, required: true } },
  (service, input) => {
    service.countCall('SplitShard', CALLS_PER_SECOND);
    const stream = provisioned(service, service.stream(input), 'SplitShard');
    const shard = openShard(service, stream, input.ShardToSplit);
    service.requireShards(1);
    const start = BigInt(input.NewStartingHashKey);
    if (!splits(shard, start)) {
      throw serviceError(
        'InvalidArgumentException',
        `NewStartingHashKey ${input.NewStartingHashKey} used in SplitShard() on shard ${shard.id} in stream ` +
          `${stream.name} ${service.account} is not both greater than one plus the shard's StartingHashKey ` +
          `${shard.range.start} and less than the shard's EndingHashKey ${shard.range.end}.`,
      );
    }
    update(service, stream, (at) => splitShard(stream, shard, start, at));
    return {};
  },
);

export const MergeShards = operation<MergeShardsCommandInput & { ShardToMerge: string; AdjacentShardToMerge: string }>(
  { ...streamReference, ShardToMerge: shardId, AdjacentShardToMerge: shardId },
  (service, input) => {
    service.countCall('MergeShards', CALLS_PER_SECOND);
    const stream = provisioned(service, service.stream(input), 'MergeShards');
    const shard = openShard(service, stream, input.ShardToMerge);
    const adjacent = openShard(service, stream, input.AdjacentShardToMerge);
    if (!areNeighbours(shard, adjacent)) {
      throw serviceError(
        'InvalidArgumentException',
        `Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} ${service.account} ` +
          'are not an adjacent pair of shards eligible for merging',
      );
    }
    update(service, stream, (at) => mergeShards(stream, shard, adjacent, at));
    return {};
  },
);

export const UpdateShardCount = operation<UpdateShardCountCommandInput & { TargetShardCount: number }>(
  {
    ...streamReference,
    TargetShardCount: { is: 'Integer', required: true, min: 1 },
    ScalingType: { is: 'String', required: true, values: ['UNIFORM_SCALING'] },
  },
  (service, input) => {
    service.countCall('UpdateShardCount', CALLS_PER_SECOND);
    const stream = provisioned(service, service.stream(input), 'UpdateShardCount');
    const target = input.TargetShardCount;
    const current = stream.open.length;
    if (target > current * 2 || target < current / 2) {
      const way = target > current ? 'up over double' : 'down below half';
      throw serviceError(
        'InvalidArgumentException',
        `UpdateShardCount cannot scale ${way} your current open shard count. ` +
          `Current open shard count: ${current} Target shard count: ${target}`,
      );
    }
    service.requireShards(target - current);
    countScaling(service, stream);
    update(service, stream, (at) => scaleTo(stream, target, at));
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
);

function provisioned(service: FakeService, stream: FakeStream, name: string): FakeStream {
  service.requireActive(stream);
  if (stream.mode === 'PROVISIONED') return stream;
  throw serviceError(
    'ValidationException',
    `Request is invalid. Stream ${stream.name} ${service.account} is in On-Demand mode; ${name} is not supported.`,
  );
}

function openShard(service: FakeService, stream: FakeStream, id: string): FakeShard {
  const shard = stream.shard(id, service.now);
  if (!shard) {
    const missing = `Could not find shard ${id} in stream ${stream.name} ${service.account}.`;
    throw serviceError('ResourceNotFoundException', missing);
  }
  if (shard.isOpen) return shard;
  throw serviceError(
    'ResourceInUseException',
    `Shard ${id} in stream ${stream.name} ${service.account} has already been merged or split, ` +
      'and thus is not eligible for merging or splitting.',
  );
}

function countScaling(service: FakeService, stream: FakeStream): void {
  const { now, settings } = service;
  const recent = stream.scaledAt.filter((at) => at > now - DAY_MS).length;
  if (settings.limits.control && recent >= SCALINGS_PER_DAY) {
    throw serviceError(
      'LimitExceededException',
      `Rate exceeded for stream ${stream.name} ${service.account}: UpdateShardCount is limited to ${SCALINGS_PER_DAY} times in 24 hours.`,
    );
  }
  stream.scaledAt.push(now);
}

function update(service: FakeService, stream: FakeStream, apply: (at: number) => void): void {
  const { now, settings } = service;
  stream.change('UPDATING', now, now + settings.statusMs, apply);
}
