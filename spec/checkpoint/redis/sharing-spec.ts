import { expect } from 'chai';
import { Redis } from 'ioredis';
import { filter, firstValueFrom, startWith, Subject, timeout } from 'rxjs';
import { checkpoint } from '../../../src/checkpoint/checkpoint.ts';
import { redisCheckpoints } from '../../../src/checkpoint/redis/redisCheckpoints.ts';
import { text } from '../../../src/codec/text.ts';
import { fromKinesis } from '../../../src/consumer/fromKinesis.ts';
import type { LeaseEvent } from '../../../src/diagnostics/ConsumerDiagnostic.ts';
import { LocalKinesis } from '../../../src/testing/LocalKinesis.ts';
import { RedisServer } from '../../support/RedisServer.ts';
import { CuttingProxy } from './CuttingProxy.ts';

describe('Workers that share a stream through Redis', function () {
  this.timeout(30_000);
  let server: RedisServer;
  let proxy: CuttingProxy;
  let kinesis: LocalKinesis;
  let clients: Redis[];
  let happened: Subject<void>;
  let read: Map<string, string[]>;

  beforeEach(async function () {
    this.timeout(120_000);
    server = await RedisServer.start();
    proxy = await CuttingProxy.before(server.port);
    kinesis = await LocalKinesis.start({ seed: 3, limits: false, streams: { orders: { shards: 6 } } });
    clients = [];
    happened = new Subject();
    read = new Map();
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await kinesis.stop();
    await proxy.stop();
    await server.stop();
  });

  /** Waits for what deliveries and leases bring about. */
  const until = (condition: () => boolean) =>
    firstValueFrom(happened.pipe(startWith(undefined), filter(condition), timeout(15_000)));

  /** A worker with a connection of its own, as another process has it. */
  const work = (workerId: string) => {
    const redis = new Redis({ port: proxy.port, maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    redis.on('error', () => undefined);
    clients.push(redis);
    const stopping = new Subject<void>();
    const events: LeaseEvent[] = [];
    let failures = 0;
    const outcome = new Promise<void>((resolve, reject) => {
      fromKinesis('orders', {
        client: kinesis.clientConfig,
        codec: text(),
        checkpoints: redisCheckpoints({ application: 'billing', redis }),
        workerId,
        until: stopping,
        pollIntervalMs: 20,
        leaseDurationMs: 1_500,
        leaseScanIntervalMs: 50,
        shardSyncIntervalMs: 1_000,
        backoff: { initialMs: 10, maxMs: 50 },
        onDiagnostic: (event) => {
          if (event.type === 'storeFailed') failures += 1;
          if (event.type === 'lease') events.push(event.event);
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
    };
    return {
      stop,
      count: (event: LeaseEvent) => events.filter((each) => each === event).length,
      failures: () => failures,
    };
  };

  let lastRecord = 0;
  const put = (count: number) => {
    const records = Array.from({ length: count }, () => String((lastRecord += 1)));
    kinesis.fake.put(
      'orders',
      records.map((data) => ({ partitionKey: data, data })),
    );
  };
  beforeEach(() => {
    lastRecord = 0;
  });

  it('should read every record at least once, with lost replies, and a worker that joins and one that leaves', async () => {
    put(1_000);
    const first = work('first');
    await until(() => read.size === 1_000);

    proxy.loseReplies(3);
    const second = work('second');
    await until(() => second.count('stolen') + second.count('taken') >= 3);
    put(1_000);
    await until(() => read.size === 2_000);
    expect(proxy.cutsLeft).to.equal(0);
    expect(first.failures() + second.failures()).to.be.greaterThan(0);
    expect([...read.values()].filter((workers) => workers.includes('second')).length).to.be.greaterThan(200);

    await first.stop();
    put(1_000);
    await until(() => read.size === 3_000);
    await second.stop();
    const admin = new Redis(server.url);
    clients.push(admin);
    const hash = await admin.hgetall('rxjs-kinesis:{billing:orders}');
    const fieldsOf = (name: string) => Object.keys(hash).filter((field) => field.endsWith(`:${name}`));
    expect(fieldsOf('owner')).to.deep.equal([]);
    expect(fieldsOf('checkpoint')).to.have.lengthOf(6);
    for (const field of fieldsOf('checkpoint')) expect(hash[field]).to.match(/^\d{50,60}:0$/);
  });

  it('should read on over a Redis that was away and came back with nothing, and skip nothing', async () => {
    put(500);
    const first = work('first');
    await until(() => read.size === 500);
    await server.kill();
    await server.run();
    put(500);
    await until(() => read.size === 1_000);
    await first.stop();
  });
});
