import { GetRecordsCommand, ListStreamsCommand, PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { awsError, FIRST, SECOND, virtualKinesis } from './virtualKinesis.ts';

const Data = Buffer.from('x');
const list = new ListStreamsCommand({});
const put = new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data });

describe('the faults of FakeKinesis', () => {
  it('should fail the calls that match, so often as is asked, and let the others pass', () => {
    const { fake, outcome } = virtualKinesis({ limits: false, streams: { orders: {} } });
    const fault = fake.fail({ operation: 'ListStreams', after: 1, every: 2, times: 2 });
    const names = Array.from({ length: 7 }, () => awsError(outcome(list)).name);

    const error = 'InternalFailure';
    expect(names).to.deep.equal([undefined, error, undefined, error, undefined, undefined, undefined]);
    expect(fault.hits).to.equal(2);
    expect(outcome(put)).to.have.property('SequenceNumber');
  });

  it('should strike by stream and by shard', () => {
    const { fake, outcome, iterator } = virtualKinesis({ streams: { orders: { shards: 2 }, other: {} } });
    fake.fail({ shard: SECOND, error: 'ServiceUnavailable' }).and.fail({ stream: 'other' });

    expect(outcome(put)).to.have.property('ShardId', FIRST);
    const toSecond = new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'b', Data });
    expect(awsError(outcome(toSecond))).to.deep.equal({ name: 'ServiceUnavailable', status: 503 });
    expect(outcome(new GetRecordsCommand({ ShardIterator: iterator() }))).to.have.property('Records');
    const toOther = new PutRecordCommand({ StreamName: 'other', PartitionKey: 'b', Data });
    expect(awsError(outcome(toOther))).to.deep.equal({ name: 'InternalFailure', status: 500 });
  });

  it('should strike by shard what is put by the greatest hash key', () => {
    const { fake, outcome } = virtualKinesis({ streams: { orders: { shards: 2 } } });
    const fault = fake.fail({ operation: 'PutRecords', shard: SECOND });
    const entry = { PartitionKey: 'a', ExplicitHashKey: String(2n ** 128n - 1n), Data };

    expect(awsError(outcome(new PutRecordsCommand({ StreamName: 'orders', Records: [entry] }))).name).to.equal(
      'InternalFailure',
    );
    expect(fault.hits).to.equal(1);
  });

  it('should perform a call whose answer is lost, and not one that fails before', () => {
    const { fake, outcome } = virtualKinesis();
    const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    fake.fail({ error: lost, effect: 'after', times: 1 });
    expect(outcome(put)).to.equal(lost);
    expect(fake.countRecords('orders')).to.equal(1);

    fake.cut({ times: 1 });
    expect(outcome(put)).to.have.property('code', 'ECONNRESET');
    expect(fake.countRecords('orders')).to.equal(1);
  });

  it('should throttle reads and writes of a shard for a time', () => {
    const { fake, answer, outcome, iterator, pass } = virtualKinesis({ streams: { orders: { shards: 2 } } });
    const reads = [FIRST, SECOND].map((ShardId) => new GetRecordsCommand({ ShardIterator: iterator({ ShardId }) }));
    fake.throttle({ stream: 'orders', shard: FIRST, forMs: 2_000 });
    const both = new PutRecordsCommand({
      StreamName: 'orders',
      Records: [
        { PartitionKey: 'a', Data },
        { PartitionKey: 'b', Data },
      ],
    });

    expect(answer(both).Records?.map(({ ErrorCode }) => ErrorCode)).to.deep.equal([
      'ProvisionedThroughputExceededException',
      undefined,
    ]);
    expect(awsError(outcome(reads[0]!)).name).to.equal('ProvisionedThroughputExceededException');
    expect(outcome(reads[1]!)).to.have.property('Records');
    pass(1_999);
    expect(awsError(outcome(put)).name).to.equal('ProvisionedThroughputExceededException');
    pass(1);
    expect(outcome(put)).to.have.property('SequenceNumber');
    expect(outcome(reads[0]!)).to.have.property('Records');
  });

  it('should delay answers, all delays together, without delaying the effect', () => {
    const { fake, scheduler } = virtualKinesis();
    const second = fake.delay({ ms: 30 }).and.delay({ ms: 12, operation: 'PutRecord' });
    const at: number[] = [];
    const send = () => {
      fake.send(put).subscribe(() => at.push(scheduler.now()));
      expect(fake.countRecords('orders')).to.equal(at.length + 1);
      scheduler.flush();
    };
    send();
    second.cancel();
    send();

    expect(at).to.deep.equal([42, 72]);
  });

  it('should hang until it is unsubscribed from', () => {
    const { fake, outcome } = virtualKinesis();
    const fault = fake.hang({ operation: 'PutRecord', effect: 'after' });

    expect(outcome(put)).to.equal('no answer');
    expect(fake.countRecords('orders')).to.equal(1);
    fault.cancel();
    expect(outcome(put)).to.have.property('SequenceNumber');
  });

  it('should refuse single entries with any code', () => {
    const { fake, answer } = virtualKinesis();
    fake.failEntries({ code: 'SomethingNew', message: 'why', after: 1, times: 1 });
    const Records = ['1', '2', '3'].map((PartitionKey) => ({ PartitionKey, Data }));

    const { FailedRecordCount, Records: results } = answer(new PutRecordsCommand({ StreamName: 'orders', Records }));
    expect(FailedRecordCount).to.equal(1);
    expect(results?.[1]).to.deep.equal({ ErrorCode: 'SomethingNew', ErrorMessage: 'why' });
    expect(fake.records('orders').map(({ partitionKey }) => partitionKey)).to.deep.equal(['1', '3']);
  });

  it('should answer nothing though there is something, and lose nothing by it', () => {
    const { fake, iterator, read } = virtualKinesis();
    fake.put('orders', { partitionKey: 'k', data: 'x' });
    fake.emptyAnswers({ times: 1 });
    const empty = read(iterator());

    expect(empty.Records).to.deep.equal([]);
    expect(empty.MillisBehindLatest).to.be.above(0);
    expect(read(empty.NextShardIterator).Records).to.have.lengthOf(1);
  });

  it('should draw from its seed', () => {
    const struck = (seed: number) => {
      const { fake, outcome } = virtualKinesis({ seed, limits: false });
      fake.fail({ probability: 0.5 });
      return Array.from({ length: 40 }, () => (awsError(outcome(list)).name ? 'x' : '.')).join('');
    };

    expect(struck(1)).to.equal(struck(1));
    expect(struck(1)).not.to.equal(struck(2));
    expect(struck(3)).to.match(/x/).and.match(/\./);
  });

  it('should end all faults at once', () => {
    const { fake, outcome } = virtualKinesis();
    fake.fail().and.hang().and.delay({ ms: 5 }).and.clearFaults();

    expect(outcome(list)).to.have.property('StreamNames');
  });

  it('should tell what was wrong with a fault', () => {
    const { fake } = virtualKinesis();

    expect(() => fake.fail({ operation: 'Get' as never })).to.throw(RangeError, 'operation must be one of AddTags');
    expect(() => fake.fail({ times: 0 })).to.throw(RangeError, 'times must be an integer from 1');
    expect(() => fake.fail({ probability: 2 })).to.throw(RangeError, 'probability must be a number from 0 to 1; got 2');
    expect(() => fake.delay({ ms: -1 })).to.throw(RangeError, 'ms must be');
    expect(() => fake.hang({ effect: 'now' as never })).to.throw(RangeError, `effect must be 'before' or 'after'`);
    expect(() => fake.throttle({ what: 'all' as never })).to.throw(RangeError, `got "all"`);
  });

  it('should tell which option of a fault it does not know', () => {
    const { fake } = virtualKinesis({ streams: { orders: {} } });
    const misspelt = { ms: 1, operatoin: 'GetRecords' } as never;
    for (const fault of ['fail', 'throttle', 'delay', 'hang', 'cut', 'failEntries', 'emptyAnswers'] as const) {
      expect(() => fake[fault](misspelt), fault).to.throw(TypeError, /has no option "(ms|operatoin)"; it has .*stream/);
    }
  });
});
