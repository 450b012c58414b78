import { ListShards } from './listShards.ts';
import type { Operation } from './Operation.ts';
import { GetRecords, GetShardIterator } from './readOperations.ts';
import { MergeShards, SplitShard, UpdateShardCount } from './reshardOperations.ts';
import {
  AddTagsToStream,
  DecreaseStreamRetentionPeriod,
  IncreaseStreamRetentionPeriod,
  ListTagsForStream,
  RemoveTagsFromStream,
  UpdateMaxRecordSize,
} from './settingOperations.ts';
import {
  CreateStream,
  DeleteStream,
  DescribeLimits,
  DescribeStream,
  DescribeStreamSummary,
  ListStreams,
} from './streamOperations.ts';
import { PutRecord, PutRecords } from './writeOperations.ts';

/** The operations that the fake performs, by name. */
export const OPERATIONS = {
  AddTagsToStream,
  CreateStream,
  DecreaseStreamRetentionPeriod,
  DeleteStream,
  DescribeLimits,
  DescribeStream,
  DescribeStreamSummary,
  GetRecords,
  GetShardIterator,
  IncreaseStreamRetentionPeriod,
  ListShards,
  ListStreams,
  ListTagsForStream,
  MergeShards,
  PutRecord,
  PutRecords,
  RemoveTagsFromStream,
  SplitShard,
  UpdateMaxRecordSize,
  UpdateShardCount,
} as const satisfies Readonly<Record<string, Operation>>;

/** The name of an operation that the fake performs. */
export type OperationName = keyof typeof OPERATIONS;

export const operationNamed = (name: string): Operation | undefined =>
  Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name as OperationName] : undefined;
