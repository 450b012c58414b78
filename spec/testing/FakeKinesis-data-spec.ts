import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';
import { FIRST } from './virtualKinesis.ts';

const StreamName = 'orders';

describe('the data in FakeKinesis', () => {
  it('should not change when the caller changes what it has put', () => {
    const fake = new FakeKinesis({ streams: { orders: {} } });
    const first = Buffer.from('first');
    fake.send(new PutRecordsCommand({ StreamName, Records: [{ PartitionKey: 'k', Data: first }] })).subscribe();
    first.fill('x');
    const second = Buffer.from('second');
    fake.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: second })).subscribe();
    second.fill('x');
    const third = Buffer.from('third');
    fake.put(StreamName, { partitionKey: 'k', data: third });
    third.fill('x');

    const stored = fake.records(StreamName).map((record) => Buffer.from(record.data).toString());
    expect(stored).to.deep.equal(['first', 'second', 'third']);
  });

  it('should be there for the next request through LocalKinesis, and stay as they are whatever comes after', async () => {
    await using local = await LocalKinesis.start({ limits: false, streams: { orders: {} } });
    const client = new KinesisClient(local.clientConfig);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const expected: string[] = [];
    for (const letter of 'abcdefgh') {
      const texts = Array.from({ length: 50 }, (_, index) => `${letter}${index}`.repeat(100));
      const Records = texts.map((text) => ({ PartitionKey: letter, Data: Buffer.from(text) }));
      await client.send(new PutRecordsCommand({ StreamName, Records }));
      expected.push(...texts);
      const read = await client.send(new GetRecordsCommand({ ShardIterator }));
      expect(read.Records?.map(({ Data }) => Buffer.from(Data!).toString())).to.deep.equal(expected);
    }
    client.destroy();
  });

  it('should be there through LocalKinesis as soon as the answer is, for who looks inside', async () => {
    await using local = await LocalKinesis.start({ streams: { orders: {} } });
    const client = new KinesisClient(local.clientConfig);

    const { ShardId } = await client.send(
      new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from('x') }),
    );
    client.destroy();

    expect(ShardId).to.equal(FIRST);
    expect(local.fake.countRecords(StreamName)).to.equal(1);
    expect(local.fake.records(StreamName).map(({ data }) => Buffer.from(data).toString())).to.deep.equal(['x']);
  });
});
