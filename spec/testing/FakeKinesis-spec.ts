import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { compareSequenceNumbers } from '../../src/record/position.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { awsError, FIRST, SECOND, text, virtualKinesis } from './virtualKinesis.ts';

const HOUR_MS = 3_600_000;
const Data = Buffer.from('x');

describe('FakeKinesis', () => {
  it('should answer after its latency, inside TestScheduler.run too', () => {
    new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    }).run(({ expectObservable }) => {
      const fake = new FakeKinesis({ latencyMs: 3, streams: { orders: {} } });
      const status = fake.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));

      expectObservable(status, '      ^-----').toBe('---(a|)', { a: answerOf(fake) });
    });

    function answerOf(fake: FakeKinesis) {
      const [shard] = fake.shards('orders');
      expect(shard?.ShardId).to.equal(FIRST);
      return {
        $metadata: {
          httpStatusCode: 200,
          requestId: '00000000-0000-4000-8000-000000000001',
          attempts: 1,
          totalRetryDelay: 0,
        },
        StreamDescriptionSummary: {
          StreamName: 'orders',
          StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
          StreamStatus: 'ACTIVE',
          StreamModeDetails: { StreamMode: 'PROVISIONED' },
          RetentionPeriodHours: 24,
          StreamCreationTimestamp: new Date(0),
          EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
          EncryptionType: 'NONE',
          OpenShardCount: 1,
          ConsumerCount: 0,
          MaxRecordSizeInKiB: 1024,
        },
      };
    }
  });

  it('should never answer synchronously, nor wait for a timer, at a latency of 0', async () => {
    const fake = new FakeKinesis({ limits: false, streams: { orders: {} } });
    let answered = false;
    fake.send(new ListStreamsCommand({})).subscribe(() => (answered = true));
    expect(answered).to.equal(false);

    await firstValueFrom(fake.send(new ListStreamsCommand({})));

    expect(answered).to.equal(true);
  });

  it('should perform nothing before it is subscribed to, and once for each subscription', () => {
    const { fake, scheduler } = virtualKinesis();
    const put = fake.send(new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'k', Data }));
    expect(fake.countRecords('orders')).to.equal(0);

    put.subscribe();
    put.subscribe();
    scheduler.flush();

    expect(fake.countRecords('orders')).to.equal(2);
  });

  it('should keep the effect and drop the answer when it is unsubscribed from or aborted', () => {
    const { fake, scheduler } = virtualKinesis();
    const abort = new AbortController();
    const seen: unknown[] = [];
    const command = new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'k', Data });

    fake
      .send(command)
      .subscribe(() => seen.push('answer'))
      .unsubscribe();
    fake
      .send(command, { abortSignal: abort.signal })
      .subscribe({ error: (error: unknown) => seen.push((error as Error).name) });
    abort.abort();
    scheduler.flush();

    expect(seen).to.deep.equal(['AbortError']);
    expect(fake.countRecords('orders')).to.equal(2);
  });

  it('should perform commands of another copy of the SDK, renamed by a bundler too', () => {
    const { answer } = virtualKinesis();
    class _ListStreamsCommand {
      readonly input = {};
    }
    class e {
      readonly input = {};
      readonly schema = [9, 'com.amazonaws.kinesis', 'ListStreams'];
    }

    expect(answer(new _ListStreamsCommand())).to.deep.include({ StreamNames: ['orders'] });
    expect(answer(new e())).to.deep.include({ StreamNames: ['orders'] });
  });

  it("should error with the SDK's own exceptions, and with one for what it does not perform", () => {
    const { outcome } = virtualKinesis();

    const invalid = outcome(new GetRecordsCommand({ ShardIterator: 'x' })) as InvalidArgumentException;
    expect(invalid).to.be.instanceOf(InvalidArgumentException);
    expect(invalid.message).to.equal('Invalid ShardIterator.');
    expect(invalid.$fault).to.equal('client');
    const unknown = outcome(new SubscribeToShardCommand({} as never));
    expect(awsError(unknown)).to.deep.equal({ name: 'UnknownOperationException', status: 400 });
  });

  it('should give sequence numbers of 56 digits that rise within a shard and from parent to child', () => {
    const { fake } = virtualKinesis();
    const key = { partitionKey: 'k', data: 'x' };
    const before = fake.put('orders', [key, key, key]);
    fake.split('orders', FIRST);
    const after = fake.put('orders', [key, key]);
    const [parent] = fake.shards('orders');
    const numbers = [...before.map((each) => each.sequenceNumber), parent!.SequenceNumberRange!.EndingSequenceNumber!];
    numbers.push(...after.map((each) => each.sequenceNumber));

    expect(numbers.every((each) => /^49\d{54}$/.test(each))).to.equal(true);
    for (const [index, each] of numbers.slice(1).entries()) {
      expect(compareSequenceNumbers(each, numbers[index]!)).to.be.above(0);
    }
  });

  it('should put a record by the MD5 of its key, or by its explicit hash key', () => {
    const { answer } = virtualKinesis({ streams: { orders: { shards: 2 } } });
    const put = (PartitionKey: string, ExplicitHashKey?: string) =>
      answer(new PutRecordCommand({ StreamName: 'orders', PartitionKey, ExplicitHashKey, Data })).ShardId;

    // md5('a') = 0cc1…, md5('b') = 92eb…
    expect([put('a'), put('b'), put('a', (2n ** 128n - 1n).toString()), put('b', '0')]).to.deep.equal([
      FIRST,
      SECOND,
      SECOND,
      FIRST,
    ]);
  });

  it('should start an iterator of every kind where it should', () => {
    const { fake, pass, iterator, read } = virtualKinesis();
    const puts = ['one', 'two', 'three'].map((data) => {
      pass(1_000);
      return fake.put('orders', { partitionKey: 'k', data })[0]!.sequenceNumber;
    });
    const from = (input: Parameters<typeof iterator>[0]) =>
      read(iterator(input)).Records?.map(({ Data: d }) => text(d));

    expect(from({ ShardIteratorType: 'TRIM_HORIZON' })).to.deep.equal(['one', 'two', 'three']);
    expect(from({ ShardIteratorType: 'LATEST' })).to.deep.equal([]);
    const at = { StartingSequenceNumber: puts[1] };
    expect(from({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', ...at })).to.deep.equal(['two', 'three']);
    expect(from({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', ...at })).to.deep.equal(['three']);
    pass(5_000);
    const time = { ShardIteratorType: 'AT_TIMESTAMP' } as const;
    expect(from({ ...time, Timestamp: new Date(2_000) })).to.deep.equal(['two', 'three']);
    expect(from({ ...time, Timestamp: new Date(2_001) })).to.deep.equal(['three']);
    expect(from({ ...time, Timestamp: new Date(4_000) })).to.deep.equal([]);
  });

  it('should say how far behind the tip an answer is', () => {
    const { fake, pass, iterator, read } = virtualKinesis();
    fake.put('orders', [
      { partitionKey: 'k', data: '1' },
      { partitionKey: 'k', data: '2' },
    ]);
    pass(7_000);
    const first = read(iterator(), 1);

    expect(first.MillisBehindLatest).to.equal(7_000);
    expect(read(first.NextShardIterator, 1).MillisBehindLatest).to.equal(0);
  });

  it('should end a closed shard with its children, in the empty answer or with the last records', () => {
    for (const shardEnd of ['afterRecords', 'withRecords'] as const) {
      const { fake, iterator, read } = virtualKinesis({ shardEnd, streams: { orders: {} } });
      fake.put('orders', { partitionKey: 'k', data: 'last' });
      const children = fake.split('orders', FIRST);
      const answers = [read(iterator())];
      if (answers[0]!.NextShardIterator) answers.push(read(answers[0]!.NextShardIterator));

      expect(answers.map(({ Records }) => Records?.length)).to.deep.equal(shardEnd === 'withRecords' ? [1] : [1, 0]);
      expect(answers.at(-1)).not.to.have.property('NextShardIterator');
      expect(answers.at(-1)!.ChildShards?.map(({ ShardId }) => ShardId)).to.deep.equal(children);
    }
  });

  it('should expire iterators after five minutes, or when it is told to', () => {
    const { fake, pass, iterator, outcome } = virtualKinesis();
    const expired = { name: 'ExpiredIteratorException', status: 400 };
    const old = iterator();
    pass(300_000);
    expect(outcome(new GetRecordsCommand({ ShardIterator: old }))).to.have.property('Records');
    pass(1);
    expect(awsError(outcome(new GetRecordsCommand({ ShardIterator: old })))).to.deep.equal(expired);

    const young = iterator();
    fake.expireIterators('orders');
    expect(awsError(outcome(new GetRecordsCommand({ ShardIterator: young })))).to.deep.equal(expired);
    expect(outcome(new GetRecordsCommand({ ShardIterator: iterator() }))).to.have.property('Records');
  });

  it('should trim records, and closed shards, when their retention is over', () => {
    const { fake, pass, iterator, read } = virtualKinesis();
    fake.put('orders', { partitionKey: 'k', data: 'old' });
    pass(HOUR_MS);
    fake.split('orders', FIRST);
    fake.put('orders', { partitionKey: 'k', data: 'young' });
    const shards = () => fake.shards('orders').map(({ ShardId }) => ShardId);
    const children = shards().slice(1);

    pass(23 * HOUR_MS + 1);
    expect(read(iterator()).Records).to.deep.equal([]);
    expect(shards()).to.deep.equal([FIRST, ...children]);
    pass(HOUR_MS);
    expect(shards()).to.deep.equal(children);
    expect(fake.countRecords('orders')).to.equal(0);
  });

  it('should answer at most 10 MiB of records', () => {
    const { fake, iterator, read } = virtualKinesis({ limits: false, streams: { orders: {} } });
    fake.put(
      'orders',
      Array.from({ length: 12 }, () => ({ partitionKey: 'k', data: new Uint8Array(1_048_575) })),
    );

    const first = read(iterator());
    expect(first.Records).to.have.lengthOf(10);
    expect(read(first.NextShardIterator).Records).to.have.lengthOf(2);
  });

  it('should list 2,500 shards in pages, with tokens that expire', () => {
    const { answer, outcome, pass } = virtualKinesis({ streams: { orders: { shards: 2_500 } } });
    const seen: (string | undefined)[] = [];
    let page = answer(new ListShardsCommand({ StreamName: 'orders' }));
    const token = page.NextToken;
    for (;;) {
      seen.push(...page.Shards!.map(({ ShardId }) => ShardId));
      if (!page.NextToken) break;
      expect(page.Shards).to.have.lengthOf(1_000);
      page = answer(new ListShardsCommand({ NextToken: page.NextToken }));
    }

    expect(new Set(seen).size).to.equal(2_500);
    const both = outcome(new ListShardsCommand({ StreamName: 'orders', NextToken: token }));
    expect(awsError(both).name).to.equal('InvalidArgumentException');
    pass(300_001);
    const late = outcome(new ListShardsCommand({ NextToken: token }));
    expect(awsError(late).name).to.equal('ExpiredNextTokenException');
  });

  it('should filter shards by when they were open', () => {
    const { fake, pass, answer } = virtualKinesis();
    pass(1_000);
    const children = fake.split('orders', FIRST);
    pass(1_000);
    const list = (ShardFilter: {
      Type:
        'AT_LATEST' | 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' | 'AT_TIMESTAMP' | 'FROM_TIMESTAMP' | 'AFTER_SHARD_ID';
      Timestamp?: Date;
      ShardId?: string;
    }) => answer(new ListShardsCommand({ StreamName: 'orders', ShardFilter })).Shards!.map(({ ShardId }) => ShardId);

    expect(list({ Type: 'AT_LATEST' })).to.deep.equal(children);
    expect(list({ Type: 'AT_TRIM_HORIZON' })).to.deep.equal([FIRST]);
    expect(list({ Type: 'FROM_TRIM_HORIZON' })).to.deep.equal([FIRST, ...children]);
    expect(list({ Type: 'AT_TIMESTAMP', Timestamp: new Date(500) })).to.deep.equal([FIRST]);
    expect(list({ Type: 'AT_TIMESTAMP', Timestamp: new Date(1_500) })).to.deep.equal(children);
    expect(list({ Type: 'FROM_TIMESTAMP', Timestamp: new Date(500) })).to.deep.equal([FIRST, ...children]);
    expect(list({ Type: 'AFTER_SHARD_ID', ShardId: FIRST })).to.deep.equal(children);
  });

  it('should pass through CREATING, UPDATING and DELETING, without a timer of its own', () => {
    const { answer, outcome, pass } = virtualKinesis({ statusMs: 500 });
    const status = () => {
      const summary = outcome(new DescribeStreamSummaryCommand({ StreamName: 's' }));
      if (summary instanceof Error) return summary.name;
      return (summary as { StreamDescriptionSummary: { StreamStatus: string } }).StreamDescriptionSummary.StreamStatus;
    };
    const split = new SplitShardCommand({ StreamName: 's', ShardToSplit: FIRST, NewStartingHashKey: '99' });

    answer(new CreateStreamCommand({ StreamName: 's', ShardCount: 1 }));
    expect(status()).to.equal('CREATING');
    expect(awsError(outcome(split)).name).to.equal('ResourceInUseException');
    pass(500);
    expect(status()).to.equal('ACTIVE');
    answer(split);
    expect(status()).to.equal('UPDATING');
    pass(500);
    expect(answer(new ListShardsCommand({ StreamName: 's' })).Shards).to.have.lengthOf(3);
    answer(new DeleteStreamCommand({ StreamName: 's' }));
    expect(status()).to.equal('DELETING');
    pass(500);
    expect(status()).to.equal('ResourceNotFoundException');
  });

  it('should scale to any allowed count, in even ranges without a gap', () => {
    for (const [from, to] of [
      [2, 4],
      [4, 2],
      [3, 5],
      [5, 3],
    ] as const) {
      const { answer } = virtualKinesis({ streams: { orders: { shards: from } } });
      answer(
        new UpdateShardCountCommand({ StreamName: 'orders', TargetShardCount: to, ScalingType: 'UNIFORM_SCALING' }),
      );
      const open = answer(new ListShardsCommand({ StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } })).Shards!;
      const ranges = open
        .map(({ HashKeyRange: range }) => [BigInt(range!.StartingHashKey!), BigInt(range!.EndingHashKey!)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));

      expect(ranges).to.have.lengthOf(to);
      expect(ranges.map(([start]) => start)).to.deep.equal([0n, ...ranges.slice(0, -1).map(([, end]) => end + 1n)]);
      expect(ranges.at(-1)![1]).to.equal(2n ** 128n - 1n);
    }
  });

  it('should tell what was wrong with options and arguments', () => {
    expect(() => new FakeKinesis({ latencyMs: -1 })).to.throw(RangeError, 'latencyMs must be an integer from 0');
    expect(() => new FakeKinesis({ latency: 1 } as never)).to.throw(TypeError, 'FakeKinesis has no option "latency"');
    expect(() => new FakeKinesis({ limits: { write: true } as never })).to.throw(
      TypeError,
      'limits has no option "write"',
    );
    const misspelt = { streams: { orders: { shard: 2 } as never } };
    expect(() => new FakeKinesis(misspelt)).to.throw(TypeError, 'stream orders has no option "shard"');
    expect(() => new FakeKinesis({ limits: 3 as never })).to.throw(TypeError, 'limits must be a boolean');
    expect(() => new FakeKinesis({ limits: { reads: 'no' } as never })).to.throw(TypeError, 'limits.reads must be');
    expect(() => new FakeKinesis({ scheduler: 'virtual' as never })).to.throw(TypeError, 'scheduler must be a Sched');
    expect(() => new FakeKinesis({ streams: { 'no spaces': {} } })).to.throw(RangeError, '"no spaces"');
    const { fake } = virtualKinesis();
    expect(() => fake.put('nope', [])).to.throw(RangeError, 'no stream "nope"; there are orders');
    expect(() => fake.split('orders', SECOND)).to.throw(RangeError, `there are ${FIRST}`);
    expect(() => fake.merge('orders', FIRST, FIRST)).to.throw(RangeError, 'not neighbours');
    expect(() => fake.createStream('orders')).to.throw(RangeError, 'exists already');
  });

  it('should own its bytes: what a caller does to its own changes nothing', () => {
    const { fake, iterator, read } = virtualKinesis();
    const bytes = Buffer.from('abc');
    fake.put('orders', { partitionKey: 'ключ "k"\n', data: bytes });
    bytes.fill(0);
    const [record] = read(iterator()).Records!;
    expect(text(record!.Data)).to.equal('abc');
    expect(record!.PartitionKey).to.equal('ключ "k"\n');
    record!.Data!.fill(0);

    expect(text(fake.records('orders')[0]!.data)).to.equal('abc');
  });

  it('should count calls, and keep the last of them when it is asked to', () => {
    const { fake, outcome } = virtualKinesis();
    outcome(new ListStreamsCommand({}));
    fake.calls.record(2);
    for (let call = 0; call < 5; call += 1) {
      outcome(new PutRecordsCommand({ StreamName: 'orders', Records: call < 4 ? [{ PartitionKey: 'k', Data }] : [] }));
    }

    expect(fake.calls.count()).to.equal(6);
    expect(fake.calls.count('PutRecords')).to.equal(5);
    expect(fake.calls.errors('PutRecords')).to.equal(1);
    expect(fake.calls.recorded.map(({ streamName, errorName }) => [streamName, errorName])).to.deep.equal([
      ['orders', undefined],
      ['orders', 'ValidationException'],
    ]);
  });

  it('should refuse an iterator that it did not write', () => {
    const { iterator, outcome } = virtualKinesis();
    const token = iterator()!;
    for (const forged of [`${token.slice(0, 60)}A${token.slice(61)}`, token.slice(0, -4), `${token}AAAA`]) {
      expect(awsError(outcome(new GetRecordsCommand({ ShardIterator: forged }))).name).to.equal(
        'InvalidArgumentException',
      );
    }
    const missing = new GetShardIteratorCommand({ StreamName: 'orders', ShardId: SECOND, ShardIteratorType: 'LATEST' });
    expect(awsError(outcome(missing)).name).to.equal('ResourceNotFoundException');
  });
});
