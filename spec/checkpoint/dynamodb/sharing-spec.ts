import { expect } from 'chai';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import { SharedStream } from '../SharedStream.ts';
import { kclRow } from './kclRow.ts';
import { LocalDynamo } from './LocalDynamo.ts';
import { TroubledProxy } from './TroubledProxy.ts';

const SHARD = 'shardId-000000000000';

describe('Workers that share a stream through DynamoDB', function () {
  this.timeout(30_000);
  let dynamo: LocalDynamo;
  let orders: SharedStream;
  let proxy: TroubledProxy;

  const start = async (shards: number) => {
    dynamo = await LocalDynamo.start();
    proxy = await TroubledProxy.before(dynamo.clientConfig.endpoint);
    orders = await SharedStream.start(shards);
  };
  afterEach(async () => {
    await orders.stop();
    await proxy.stop();
    await dynamo.stop();
  });

  /** A worker with a store of its own, as another process has it. */
  const work = (workerId: string) => {
    const client = { ...dynamo.clientConfig, endpoint: proxy.endpoint };
    const checkpoints = dynamoDbCheckpoints({ application: 'billing', client });
    const worker = orders.work(workerId, checkpoints);
    return { ...worker, stop: () => worker.stop().finally(() => checkpoints.close()) };
  };

  it('should read every record at least once, with lost answers and throttles, and a worker that joins and one that leaves', async () => {
    await start(6);
    proxy.trouble('PutItem', 'lose the answer', 2);
    proxy.trouble('Scan', { status: 400, type: 'ProvisionedThroughputExceededException' }, 2);
    orders.put(1_000);
    const first = work('first');
    await orders.until(() => orders.read.size === 1_000);

    proxy.trouble('UpdateItem', 'lose the answer', 5);
    const second = work('second');
    await orders.until(() => second.count('stolen') + second.count('taken') >= 3);
    proxy.trouble('UpdateItem', { status: 400, type: 'ThrottlingException' }, 5);
    orders.put(1_000);
    await orders.until(() => orders.read.size === 2_000);
    const bySecond = [...orders.read.values()].filter((workers) => workers.includes('second'));
    expect(bySecond.length).to.be.greaterThan(200);

    await first.stop();
    orders.put(1_000);
    await orders.until(() => orders.read.size === 3_000);
    await second.stop();
    const rows = await Promise.all(
      orders.kinesis.fake.shards('orders').map(({ ShardId = '' }) => dynamo.get('billing', ShardId)),
    );
    for (const row of rows) expect(row).to.include.keys('checkpoint').and.not.have.any.keys('leaseOwner');
  });

  it('should go on where a KCL stopped, give way to one, and leave the place to the next', async () => {
    await start(1);
    const placed = orders.put(100);
    await dynamo.createTable('billing');
    await dynamo.put(
      'billing',
      kclRow(SHARD, {
        leaseOwner: { S: 'kcl-1' },
        leaseCounter: { N: '17' },
        checkpoint: { S: placed[39]!.sequenceNumber },
      }),
    );
    const worker = work('ours');
    await orders.until(() => orders.read.size === 60);
    expect([...orders.read.keys()]).to.deep.equal(Array.from({ length: 60 }, (_, index) => `${41 + index}`));

    await takeAsKcl();
    await orders.until(() => worker.count('lost') === 1);
    const [last] = orders.put(1).slice(-1);
    const { leaseCounter } = (await dynamo.get('billing', SHARD))!;
    await dynamo.update('billing', SHARD, Number(leaseCounter?.N), {}, ['leaseOwner']);
    await orders.until(() => orders.read.has('101'));
    await worker.stop();
    const row = await dynamo.get('billing', SHARD);
    expect(row?.checkpoint).to.deep.equal({ S: last?.sequenceNumber });
    expect(row).not.to.have.any.keys('leaseOwner');
  });

  /** Takes the lease whoever has it, as a KCL does that has too few: by the counter that it saw. */
  async function takeAsKcl(): Promise<void> {
    for (;;) {
      const { leaseCounter } = (await dynamo.get('billing', SHARD))!;
      try {
        await dynamo.update('billing', SHARD, Number(leaseCounter?.N), { leaseOwner: { S: 'kcl-2' } });
        return;
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
      }
    }
  }
});
