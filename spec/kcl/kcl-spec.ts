import { expect } from 'chai';
import { AggregateBuilder } from '../../src/codec/aggregate/AggregateBuilder.ts';
import type { FakeRecord } from '../../src/testing/FakeRecord.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';
import { DynamoDbLocal } from './DynamoDbLocal.ts';
import { KclWorker } from './KclWorker.ts';
import { OurWorker } from './OurWorker.ts';
import { Seen, type SeenRecord } from './Seen.ts';

/** As the Kinesis Producer Library puts it; all of it is of one shard. */
function aggregate(...texts: readonly string[]): FakeRecord {
  const builder = new AggregateBuilder();
  for (const text of texts) builder.add({ partitionKey: 'key', explicitHashKey: undefined, data: Buffer.from(text) });
  return { partitionKey: 'a', data: builder.encode() };
}

describe('A table that is shared with a real KCL', function () {
  this.timeout(120_000);

  let dynamo: DynamoDbLocal;
  let kinesis: LocalKinesis;
  let seen: Seen;
  let application = '';
  let tables = 0;
  let lastRecord = 0;
  const kcls: KclWorker[] = [];
  const ours: OurWorker[] = [];

  before(async function () {
    this.timeout(600_000);
    dynamo = await DynamoDbLocal.start();
  });
  after(() => dynamo.stop());

  beforeEach(() => {
    application = `billing-${(tables += 1)}`;
    seen = new Seen();
    lastRecord = 0;
  });
  afterEach(async function () {
    const failed = this.currentTest?.state === 'failed';
    for (const kcl of kcls.splice(0)) {
      await kcl.kill();
      if (failed) console.error(`${kcl.workerId}: ${kcl.leases.join('; ')}\n${kcl.log.slice(-4_000)}`);
    }
    for (const our of ours.splice(0)) {
      our.kill();
      if (failed) console.error(our.leases.join('; '));
    }
    await kinesis.stop();
  });

  const start = async (shards: number) => {
    kinesis = await LocalKinesis.start({ seed: 3, streams: { orders: { shards } } });
  };
  const put = (count: number) => {
    const records = Array.from({ length: count }, () => String((lastRecord += 1)));
    return kinesis.fake.put(
      'orders',
      records.map((data) => ({ partitionKey: data, data })),
    );
  };
  const kcl = async (workerId: string, limit?: number) => {
    const endpoints = { kinesis: kinesis.endpoint, dynamo: dynamo.endpoint };
    const worker = await KclWorker.start({ workerId, application, ...endpoints, ...(limit && { limit }) }, seen);
    kcls.push(worker);
    return worker;
  };
  const our = (workerId: string, limit?: number) => {
    const options = { workerId, application, kinesis, dynamo: dynamo.client, ...(limit && { limit }) };
    const worker = new OurWorker(options, seen);
    ours.push(worker);
    return worker;
  };
  /** The places in the table, as the workers tell theirs. */
  const places = async () =>
    new Map(
      Object.entries(await dynamo.rows(application)).map(([shardId, row]) => [
        shardId,
        `${row.checkpoint?.S} ${row.checkpointSubSequenceNumber?.N}`,
      ]),
    );
  /** Each record once, from `first` to `last`, in the order of its shard. */
  const expectOnce = (workers: readonly string[], first: number, last: number) => {
    const records = seen.records.filter(({ workerId }) => workers.includes(workerId));
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    expect(records.map(({ data }) => Number(data)).sort((a, b) => a - b)).to.deep.equal(all);
    for (const shardId of new Set(records.map((record) => record.shardId))) {
      const ofShard = records.filter((record) => record.shardId === shardId).map(({ data }) => Number(data));
      expect(ofShard).to.deep.equal([...ofShard].sort((a, b) => a - b));
    }
  };

  /** No record of a child came before one of its parent. */
  const expectChildrenLast = () => {
    for (const { ShardId: child, ParentShardId: parent } of kinesis.fake.shards('orders')) {
      if (parent === undefined) continue;
      const first = seen.records.findIndex(({ shardId }) => shardId === child);
      const firstOf = new Map(seen.records.map(({ data }, index) => [data, index] as const).reverse());
      const last = Math.max(
        ...seen.records.filter(({ shardId }) => shardId === parent).map(({ data }) => firstOf.get(data)!),
      );
      if (first >= 0) expect(first).to.be.greaterThan(last);
    }
  };

  it('should go on where a KCL stopped, and leave rows from which it goes on', async () => {
    await start(2);
    put(200);
    const before = await kcl('kcl-1', 100);
    await seen.until('half of the records', () => seen.count === 100);
    await before.stop();
    expect(before.checkpoints).to.have.lengthOf(2);
    expect(await places()).to.deep.equal(before.checkpoints);

    const between = our('ours');
    await seen.until('the other half', () => seen.count === 200);
    await between.stop();
    expectOnce(['kcl-1', 'ours'], 1, 200);
    expect(seen.by('ours')).to.have.lengthOf(100);

    put(50);
    const after = await kcl('kcl-2');
    await seen.until('what came later', () => seen.count === 250);
    await after.stop();
    expectOnce(['kcl-2'], 201, 250);
    expect([...before.failures, ...after.failures]).to.deep.equal([]);
  });

  it('should leave rows, created here, from which a KCL goes on where it stopped', async () => {
    await start(2);
    put(200);
    const before = our('ours', 100);
    await seen.until('half of the records', () => seen.count === 100);
    await before.stop();

    const after = await kcl('kcl-1');
    await seen.until('the other half', () => seen.count === 200);
    await after.stop();
    expectOnce(['ours', 'kcl-1'], 1, 200);
    expect(await places()).to.deep.equal(after.checkpoints);
    expect(after.failures).to.deep.equal([]);
  });

  for (const [first, second] of [
    ['kcl', 'ours'],
    ['ours', 'kcl'],
  ] as const) {
    it(`should go on in the middle of an aggregate, from ${first} to ${second}`, async () => {
      await start(1);
      const data = ['1', '2', '3', '4', '5', '6'];
      kinesis.fake.put('orders', aggregate(...data));
      const run = async (who: 'kcl' | 'ours', limit?: number) =>
        who === 'kcl' ? await kcl(who, limit) : our(who, limit);
      const before = await run(first, 4);
      await seen.until('most of the aggregate', () => seen.count === 4);
      await before.stop();
      const [{ sequenceNumber }] = seen.records as [SeenRecord];
      expect([...(await places()).values()]).to.deep.equal([`${sequenceNumber} 3`]);

      const after = await run(second);
      await seen.until('the rest of it', () => seen.count === 6);
      await after.stop();
      expectOnce([first, second], 1, 6);
      expect(seen.by(second)).to.deep.equal(['5', '6']);
      expect(seen.records.map(({ subSequenceNumber }) => subSequenceNumber)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    });
  }

  it('should share a stream with a KCL that is there, through a split, and each take over when the other is killed', async () => {
    await start(4);
    const one = await kcl('kcl-1');
    await seen.until('the KCL to have all shards', () => one.begun === 4);
    const two = our('ours');
    await seen.until('both to have shards', () => two.count('taken', 'stolen') >= 2);
    put(200);
    await seen.until('what both read', () => seen.count === 200);
    expect(seen.by('kcl-1')).not.to.be.empty;
    expect(seen.by('ours')).not.to.be.empty;

    put(100);
    const parents = kinesis.fake.shards('orders').map(({ ShardId = '' }) => ShardId);
    for (const parent of parents) kinesis.fake.split('orders', parent);
    put(100);
    await seen.until('the records of the split shards', () => seen.count === 400);
    expectChildrenLast();

    await one.kill();
    put(100);
    await seen.until('those of the KCL that was killed', () => seen.count === 500);

    const three = await kcl('kcl-2');
    await seen.until('the next KCL to have shards', () => three.begun > 0);
    two.kill();
    put(100);
    await seen.until('those of ours, which was killed', () => seen.count === 600);
    // Not stopped gracefully: that KCL waits for the readers of parents that have long ended, until its limit.
    await three.kill();
  });
});
