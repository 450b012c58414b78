import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { awsError, FIRST, SECOND, virtualKinesis } from './virtualKinesis.ts';

const MIB = 1_048_576;
const toFirst = { PartitionKey: 'a' };
const toSecond = { PartitionKey: 'b' };
const throttled = { name: 'ProvisionedThroughputExceededException', status: 400 };

describe('the limits of FakeKinesis', () => {
  it('should refuse single entries above 1,000 records a second and shard, as AWS words it', () => {
    const { answer, pass } = virtualKinesis({ streams: { orders: { shards: 2 } } });
    const put = (key: { PartitionKey: string }) =>
      answer(
        new PutRecordsCommand({
          StreamName: 'orders',
          Records: Array.from({ length: 500 }, () => ({ ...key, Data: Buffer.alloc(1) })),
        }),
      );

    expect(put(toFirst).FailedRecordCount).to.equal(0);
    expect(put(toFirst).FailedRecordCount).to.equal(0);
    const full = put(toFirst);
    expect(full.FailedRecordCount).to.equal(500);
    expect(full.Records?.[0]).to.deep.equal({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard ${FIRST} in stream orders under account 000000000000.`,
    });
    expect(put(toSecond).FailedRecordCount, SECOND).to.equal(0);
    pass(250);
    expect(put(toFirst).FailedRecordCount).to.equal(250);
  });

  it('should admit 1 MiB a second and shard, and throw where there is a single record', () => {
    const { fake, outcome, pass } = virtualKinesis();
    const half = new PutRecordCommand({ StreamName: 'orders', ...toFirst, Data: Buffer.alloc(MIB / 2 - 1) });

    expect(outcome(half)).to.have.property('SequenceNumber');
    expect(outcome(half)).to.have.property('SequenceNumber');
    const refused = outcome(half);
    expect(refused).to.be.instanceOf(ProvisionedThroughputExceededException);
    pass(499);
    expect(outcome(half)).to.be.instanceOf(ProvisionedThroughputExceededException);
    pass(1);
    expect(outcome(half)).to.have.property('SequenceNumber');
    expect(fake.countRecords('orders')).to.equal(3);
  });

  it('should admit five reads a second and shard', () => {
    const { iterator, outcome, pass } = virtualKinesis();
    const read = new GetRecordsCommand({ ShardIterator: iterator() });

    for (let call = 0; call < 5; call += 1) expect(outcome(read)).to.have.property('Records');
    expect(awsError(outcome(read))).to.deep.equal(throttled);
    pass(200);
    expect(outcome(read)).to.have.property('Records');
  });

  it('should make an answer of 10 MiB be paid for by five seconds without another', () => {
    const { fake, iterator, outcome, pass } = virtualKinesis();
    fake.put(
      'orders',
      Array.from({ length: 10 }, () => ({ partitionKey: 'k', data: Buffer.alloc(MIB - 1) })),
    );
    const read = new GetRecordsCommand({ ShardIterator: iterator() });

    expect(outcome(read)).to.have.property('Records').with.lengthOf(10);
    pass(4_999);
    expect(awsError(outcome(read))).to.deep.equal(throttled);
    pass(1);
    expect(outcome(read)).to.have.property('Records');
  });

  it('should admit five iterators a second and shard, and twenty summaries a second', () => {
    const { outcome } = virtualKinesis();
    const names = (command: GetShardIteratorCommand | DescribeStreamSummaryCommand, calls: number) =>
      Array.from({ length: calls }, () => awsError(outcome(command)).name);
    const iterator = new GetShardIteratorCommand({
      StreamName: 'orders',
      ShardId: FIRST,
      ShardIteratorType: 'LATEST',
    });

    expect(names(iterator, 6).slice(4)).to.deep.equal([undefined, 'ProvisionedThroughputExceededException']);
    const summary = new DescribeStreamSummaryCommand({ StreamName: 'orders' });
    expect(names(summary, 21).slice(19)).to.deep.equal([undefined, 'LimitExceededException']);
  });

  it('should enforce no rate, but still sizes, when they are switched off', () => {
    const { iterator, outcome } = virtualKinesis({ limits: false, streams: { orders: {} } });
    const read = new GetRecordsCommand({ ShardIterator: iterator() });
    for (let call = 0; call < 50; call += 1) expect(outcome(read)).to.have.property('Records');

    const large = new PutRecordCommand({ StreamName: 'orders', ...toFirst, Data: Buffer.alloc(MIB) });
    expect(awsError(outcome(large)).name).to.equal('ValidationException');
    const entry = { ...toFirst, Data: Buffer.alloc(MIB - 1) };
    const many = new PutRecordsCommand({ StreamName: 'orders', Records: Array.from({ length: 11 }, () => entry) });
    expect(awsError(outcome(many)).name).to.equal('InvalidArgumentException');
  });

  it('should admit records of 10 MiB where the stream does', () => {
    const { outcome } = virtualKinesis({ streams: { orders: { maxRecordBytes: 10 * MIB } } });
    const put = (bytes: number) =>
      outcome(new PutRecordCommand({ StreamName: 'orders', ...toFirst, Data: Buffer.alloc(bytes) }));

    expect(put(10 * MIB - 1)).to.have.property('SequenceNumber');
    expect(put(10 * MIB)).to.have.property('name', 'ValidationException');
  });

  it('should weigh keys by their bytes in UTF-8 where it comes to a single one', () => {
    const { answer, outcome } = virtualKinesis({ limits: false, streams: { orders: {} } });
    const key = 'ключ€'.repeat(3);
    const keyBytes = Buffer.byteLength(key);
    const put = (sizes: readonly number[]) =>
      new PutRecordsCommand({
        StreamName: 'orders',
        Records: sizes.map((size) => ({ PartitionKey: key, Data: Buffer.alloc(size - keyBytes) })),
      });
    const full = Array.from({ length: 10 }, () => MIB);

    expect(answer(put(full)).FailedRecordCount).to.equal(0);
    expect(awsError(outcome(put([MIB, MIB + 1]))).name).to.equal('ValidationException');
    expect(awsError(outcome(put([...full, keyBytes]))).name).to.equal('InvalidArgumentException');
  });
});
