import { expect } from 'chai';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';
import { DynamoDbLocal } from './DynamoDbLocal.ts';
import { KclWorker } from './KclWorker.ts';
import { OurWorker } from './OurWorker.ts';
import { Seen } from './Seen.ts';

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
});
