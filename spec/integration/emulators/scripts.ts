import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListStreamsCommand,
  ListTagsForStreamCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RemoveTagsFromStreamCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  type GetShardIteratorCommandInput,
} from '@aws-sdk/client-kinesis';
import type { Session } from './Session.ts';

/** Commands in order, with a label each; the answers of every Kinesis to them are compared. */
export type Script = (session: Session, stream: string) => Promise<void>;

const FIRST = 'shardId-000000000000';
const SECOND = 'shardId-000000000001';
const MIDDLE = '170141183460469231731687303715884105728';
const data = (text: string) => new TextEncoder().encode(text);

async function create(session: Session, stream: string, shards: number): Promise<void> {
  await session.call('create', new CreateStreamCommand({ StreamName: stream, ShardCount: shards }));
  await session.untilActive(stream);
}

async function iterate(
  session: Session,
  label: string,
  input: GetShardIteratorCommandInput,
): Promise<string | undefined> {
  return (await session.call(label, new GetShardIteratorCommand(input)))?.ShardIterator;
}

async function read(session: Session, label: string, input: GetShardIteratorCommandInput): Promise<void> {
  const ShardIterator = await iterate(session, `${label}: iterator`, input);
  await session.call(`${label}: records`, new GetRecordsCommand({ ShardIterator }));
}

export const SCRIPTS: Readonly<Record<string, Script>> = {
  'streams are created, described and deleted': async (session, StreamName) => {
    await create(session, StreamName, 3);
    await session.call('describe', new DescribeStreamCommand({ StreamName }));
    await session.call('describe, limited', new DescribeStreamCommand({ StreamName, Limit: 2 }));
    await session.call(
      'describe, the rest',
      new DescribeStreamCommand({ StreamName, Limit: 2, ExclusiveStartShardId: SECOND }),
    );
    await session.call('summary', new DescribeStreamSummaryCommand({ StreamName }));
    await session.call('create again', new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    await session.call('list', new ListStreamsCommand({ ExclusiveStartStreamName: StreamName.slice(0, -1), Limit: 1 }));
    await session.call('delete', new DeleteStreamCommand({ StreamName }));
    await session.untilGone(StreamName);
    await session.call('describe the deleted', new DescribeStreamCommand({ StreamName }));
    await session.call('delete the deleted', new DeleteStreamCommand({ StreamName }));
  },
  'streams are found by ARN': async (session, StreamName) => {
    await create(session, StreamName, 1);
    const summary = await session.call('summary', new DescribeStreamSummaryCommand({ StreamName }));
    const StreamARN = summary?.StreamDescriptionSummary?.StreamARN;
    await session.call('summary by ARN', new DescribeStreamSummaryCommand({ StreamARN }));
    await session.call('list shards by ARN', new ListShardsCommand({ StreamARN }));
    await session.call('put by ARN', new PutRecordCommand({ StreamARN, PartitionKey: 'a', Data: data('1') }));
    await read(session, 'read by ARN', { StreamARN, ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON' });
  },
  'records go to the shard of their key and come back in order': async (session, StreamName) => {
    await create(session, StreamName, 2);
    const keys = ['a', 'b', 'c', 'ü', 'a'];
    for (const [index, PartitionKey] of keys.entries()) {
      await session.call(`put ${index}`, new PutRecordCommand({ StreamName, PartitionKey, Data: data(`${index}`) }));
    }
    await session.call(
      'put by hash',
      new PutRecordCommand({ StreamName, PartitionKey: 'a', ExplicitHashKey: MIDDLE, Data: data('hash') }),
    );
    await session.call(
      'put many',
      new PutRecordsCommand({
        StreamName,
        Records: keys.map((PartitionKey, index) => ({ PartitionKey, Data: data(`many ${index}`) })),
      }),
    );
    await read(session, 'first shard', { StreamName, ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON' });
    await read(session, 'second shard', { StreamName, ShardId: SECOND, ShardIteratorType: 'TRIM_HORIZON' });
  },
  'every kind of iterator starts where it should': async (session, StreamName) => {
    await create(session, StreamName, 1);
    const before = new Date(session.startedAt - 60_000);
    const puts: (string | undefined)[] = [];
    for (const text of ['one', 'two', 'three']) {
      const put = await session.call(
        `put ${text}`,
        new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: data(text) }),
      );
      puts.push(put?.SequenceNumber);
    }
    const at = { StreamName, ShardId: FIRST, StartingSequenceNumber: puts[1] } as const;
    await read(session, 'at', { ...at, ShardIteratorType: 'AT_SEQUENCE_NUMBER' });
    await read(session, 'after', { ...at, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' });
    await read(session, 'trim horizon', { StreamName, ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON' });
    await read(session, 'latest', { StreamName, ShardId: FIRST, ShardIteratorType: 'LATEST' });
    await read(session, 'time', { StreamName, ShardId: FIRST, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: before });
  },
  'records are read in pages': async (session, StreamName) => {
    await create(session, StreamName, 1);
    await session.call(
      'put',
      new PutRecordsCommand({
        StreamName,
        Records: ['1', '2', '3'].map((text) => ({ PartitionKey: 'k', Data: data(text) })),
      }),
    );
    let ShardIterator = await iterate(session, 'iterator', {
      StreamName,
      ShardId: FIRST,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    for (const page of ['first', 'second', 'empty']) {
      const answer = await session.call(`${page} page`, new GetRecordsCommand({ ShardIterator, Limit: 2 }));
      ShardIterator = answer?.NextShardIterator;
    }
  },
  'a shard is split': async (session, StreamName) => {
    await create(session, StreamName, 1);
    await session.call('put', new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: data('parent') }));
    let ShardIterator = await iterate(session, 'iterator', {
      StreamName,
      ShardId: FIRST,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    await session.call('split', new SplitShardCommand({ StreamName, ShardToSplit: FIRST, NewStartingHashKey: MIDDLE }));
    await session.untilActive(StreamName);
    await session.call('list', new ListShardsCommand({ StreamName }));
    await session.call('describe', new DescribeStreamCommand({ StreamName }));
    await session.call('open shards', new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' } }));
    const answer = await session.call('read the parent', new GetRecordsCommand({ ShardIterator }));
    ShardIterator = answer?.NextShardIterator;
    if (ShardIterator) await session.call('read its end', new GetRecordsCommand({ ShardIterator }));
    await session.call(
      'split again',
      new SplitShardCommand({ StreamName, ShardToSplit: FIRST, NewStartingHashKey: MIDDLE }),
    );
    await session.call('put to a child', new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: data('child') }));
  },
  'shards are merged': async (session, StreamName) => {
    await create(session, StreamName, 4);
    await session.call(
      'merge',
      new MergeShardsCommand({ StreamName, ShardToMerge: FIRST, AdjacentShardToMerge: SECOND }),
    );
    await session.untilActive(StreamName);
    await session.call('list', new ListShardsCommand({ StreamName }));
    await session.call(
      'merge strangers',
      new MergeShardsCommand({
        StreamName,
        ShardToMerge: 'shardId-000000000004',
        AdjacentShardToMerge: 'shardId-000000000003',
      }),
    );
    await session.call(
      'merge the merged',
      new MergeShardsCommand({ StreamName, ShardToMerge: FIRST, AdjacentShardToMerge: SECOND }),
    );
    await read(session, 'parent', { StreamName, ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON' });
  },
  'a stream gets another shard count': async (session, StreamName) => {
    await create(session, StreamName, 2);
    const scale = (TargetShardCount: number) =>
      new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    await session.call('double', scale(4));
    await session.untilActive(StreamName);
    await session.call('summary', new DescribeStreamSummaryCommand({ StreamName }));
    await session.call('too many', scale(9));
  },
  'shards are listed in pages': async (session, StreamName) => {
    await create(session, StreamName, 5);
    const first = await session.call('first page', new ListShardsCommand({ StreamName, MaxResults: 2 }));
    const { NextToken } = first ?? {};
    await session.call('second page', new ListShardsCommand({ NextToken, MaxResults: 2 }));
    await session.call('token and name', new ListShardsCommand({ StreamName, NextToken: NextToken ?? 'token' }));
    await session.call('after a shard', new ListShardsCommand({ StreamName, ExclusiveStartShardId: SECOND }));
    await session.call('no name', new ListShardsCommand({}));
  },
  'retention and tags are changed': async (session, StreamName) => {
    await create(session, StreamName, 1);
    const RetentionPeriodHours = 48;
    await session.call('longer', new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
    await session.untilActive(StreamName);
    await session.call('summary', new DescribeStreamSummaryCommand({ StreamName }));
    await session.call(
      'longer, but shorter',
      new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 30 }),
    );
    await session.call(
      'below the least',
      new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 3 }),
    );
    await session.call('tag', new AddTagsToStreamCommand({ StreamName, Tags: { a: '1', b: '2' } }));
    await session.call('untag', new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ['a'] }));
    await session.call('tags', new ListTagsForStreamCommand({ StreamName }));
  },
  'bad arguments are refused': async (session, StreamName) => {
    await create(session, StreamName, 1);
    const put = { StreamName, PartitionKey: 'k', Data: data('x') };
    const at = { StreamName, ShardId: FIRST } as const;
    await session.call('no stream', new PutRecordCommand({ ...put, StreamName: `${StreamName}-not` }));
    await session.call('bad name', new DescribeStreamSummaryCommand({ StreamName: 'no spaces' }));
    await session.call('empty key', new PutRecordCommand({ ...put, PartitionKey: '' }));
    await session.call('long key', new PutRecordCommand({ ...put, PartitionKey: 'k'.repeat(257) }));
    await session.call('large record', new PutRecordCommand({ ...put, Data: new Uint8Array(1_048_577) }));
    await session.call('hash not decimal', new PutRecordCommand({ ...put, ExplicitHashKey: 'ff' }));
    await session.call('hash too large', new PutRecordCommand({ ...put, ExplicitHashKey: (2n ** 128n).toString() }));
    await session.call('no records', new PutRecordsCommand({ StreamName, Records: [] }));
    await session.call(
      'too many records',
      new PutRecordsCommand({ StreamName, Records: Array.from({ length: 501 }, () => put) }),
    );
    await session.call('not an iterator', new GetRecordsCommand({ ShardIterator: 'x' }));
    await session.call('limit too large', new GetRecordsCommand({ ShardIterator: 'x', Limit: 10_001 }));
    await session.call(
      'no such shard',
      new GetShardIteratorCommand({ ...at, ShardId: 'shardId-000000000009', ShardIteratorType: 'LATEST' }),
    );
    await session.call('no sequence', new GetShardIteratorCommand({ ...at, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }));
    await session.call(
      'a sequence too many',
      new GetShardIteratorCommand({ ...at, ShardIteratorType: 'LATEST', StartingSequenceNumber: '1' }),
    );
    await session.call('no time', new GetShardIteratorCommand({ ...at, ShardIteratorType: 'AT_TIMESTAMP' }));
    await session.call(
      'the future',
      new GetShardIteratorCommand({
        ...at,
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: new Date(session.startedAt + 3_600_000),
      }),
    );
    await session.call(
      'split at the edge',
      new SplitShardCommand({ StreamName, ShardToSplit: FIRST, NewStartingHashKey: '0' }),
    );
    await session.call(
      'create without shards',
      new CreateStreamCommand({ StreamName: `${StreamName}-0`, ShardCount: 0 }),
    );
  },
};
