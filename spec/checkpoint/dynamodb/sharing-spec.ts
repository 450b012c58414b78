import { expect } from 'chai';
import { filter, firstValueFrom, startWith, Subject, timeout } from 'rxjs';
import { checkpoint } from '../../../src/checkpoint/checkpoint.ts';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import { text } from '../../../src/codec/text.ts';
import { fromKinesis } from '../../../src/consumer/fromKinesis.ts';
import type { LeaseEvent } from '../../../src/diagnostics/ConsumerDiagnostic.ts';
import { LocalKinesis } from '../../../src/testing/LocalKinesis.ts';
import { kclRow } from './kclRow.ts';
import { LocalDynamo } from './LocalDynamo.ts';
import { TroubledProxy } from './TroubledProxy.ts';

const SHARD = 'shardId-000000000000';

describe('Workers that share a stream through DynamoDB', function () {
  this.timeout(30_000);
  let dynamo: LocalDynamo;
  let kinesis: LocalKinesis;
  let proxy: TroubledProxy;
  let happened: Subject<void>;
  let read: Map<string, string[]>;

  const start = async (shards: number) => {
    dynamo = await LocalDynamo.start();
    proxy = await TroubledProxy.before(dynamo.clientConfig.endpoint);
    kinesis = await LocalKinesis.start({ seed: 3, limits: false, streams: { orders: { shards } } });
    happened = new Subject();
    read = new Map();
  };
  afterEach(async () => {
    await kinesis.stop();
    await proxy.stop();
    await dynamo.stop();
  });

  /** Waits for what deliveries and leases bring about. */
  const until = (condition: () => boolean) =>
    firstValueFrom(happened.pipe(startWith(undefined), filter(condition), timeout(15_000)));

  /** A worker with a store of its own, as another process has it. */
  const work = (workerId: string) => {
    const client = { ...dynamo.clientConfig, endpoint: proxy.endpoint };
    const checkpoints = dynamoDbCheckpoints({ application: 'billing', client });
    const stopping = new Subject<void>();
    const events: LeaseEvent[] = [];
    const outcome = new Promise<void>((resolve, reject) => {
      fromKinesis('orders', {
        client: kinesis.clientConfig,
        codec: text(),
        checkpoints,
        workerId,
        until: stopping,
        pollIntervalMs: 20,
        leaseDurationMs: 1_500,
        leaseScanIntervalMs: 50,
        backoff: { initialMs: 10, maxMs: 50 },
        onDiagnostic: (event) => {
          if (event.type !== 'lease') return;
          events.push(event.event);
          happened.next();
        },
      })
        .pipe(checkpoint({ intervalMs: 50 }))
        .subscribe({
          next: ({ data }) => {
            read.set(data, [...(read.get(data) ?? []), workerId]);
            happened.next();
          },
          error: reject,
          complete: resolve,
        });
    });
    const stop = async () => {
      stopping.next();
      await outcome;
      checkpoints.close();
    };
    const count = (event: LeaseEvent) => events.filter((each) => each === event).length;
    return { stop, count };
  };

  let lastRecord = 0;
  const put = (count: number) => {
    const records = Array.from({ length: count }, () => String((lastRecord += 1)));
    return kinesis.fake.put(
      'orders',
      records.map((data) => ({ partitionKey: data, data })),
    );
  };
  beforeEach(() => {
    lastRecord = 0;
  });

  it('should read every record at least once, with lost answers and throttles, and a worker that joins and one that leaves', async () => {
    await start(6);
    proxy.trouble('PutItem', 'lose the answer', 2);
    proxy.trouble('Scan', { status: 400, type: 'ProvisionedThroughputExceededException' }, 2);
    put(1_000);
    const first = work('first');
    await until(() => read.size === 1_000);

    proxy.trouble('UpdateItem', 'lose the answer', 5);
    const second = work('second');
    await until(() => second.count('stolen') + second.count('taken') >= 3);
    proxy.trouble('UpdateItem', { status: 400, type: 'ThrottlingException' }, 5);
    put(1_000);
    await until(() => read.size === 2_000);
    const bySecond = [...read.values()].filter((workers) => workers.includes('second'));
    expect(bySecond.length).to.be.greaterThan(200);

    await first.stop();
    put(1_000);
    await until(() => read.size === 3_000);
    await second.stop();
    const rows = await Promise.all(
      kinesis.fake.shards('orders').map(({ ShardId = '' }) => dynamo.get('billing', ShardId)),
    );
    for (const row of rows) expect(row).to.include.keys('checkpoint').and.not.have.any.keys('leaseOwner');
  });

  it('should go on where a KCL stopped, give way to one, and leave the place to the next', async () => {
    await start(1);
    const placed = put(100);
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
    await until(() => read.size === 60);
    expect([...read.keys()]).to.deep.equal(Array.from({ length: 60 }, (_, index) => `${41 + index}`));

    await takeAsKcl();
    await until(() => worker.count('lost') === 1);
    const [last] = put(1).slice(-1);
    const { leaseCounter } = (await dynamo.get('billing', SHARD))!;
    await dynamo.update('billing', SHARD, Number(leaseCounter?.N), {}, ['leaseOwner']);
    await until(() => read.has('101'));
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
