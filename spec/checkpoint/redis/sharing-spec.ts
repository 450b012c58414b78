import { expect } from 'chai';
import { Redis } from 'ioredis';
import { redisCheckpoints } from '../../../src/checkpoint/redis/redisCheckpoints.ts';
import { RedisServer } from '../../support/RedisServer.ts';
import { SharedStream } from '../SharedStream.ts';
import { CuttingProxy } from './CuttingProxy.ts';

describe('Workers that share a stream through Redis', function () {
  this.timeout(30_000);
  let server: RedisServer;
  let proxy: CuttingProxy;
  let orders: SharedStream;
  let clients: Redis[];

  beforeEach(async function () {
    this.timeout(120_000);
    server = await RedisServer.start();
    proxy = await CuttingProxy.before(server.port);
    orders = await SharedStream.start(6);
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await orders.stop();
    await proxy.stop();
    await server.stop();
  });

  /** A worker with a connection of its own, as another process has it. */
  const work = (workerId: string) => {
    const redis = new Redis({ port: proxy.port, maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    redis.on('error', () => undefined);
    clients.push(redis);
    return orders.work(workerId, redisCheckpoints({ application: 'billing', redis }));
  };

  it('should read every record at least once, with lost replies, and a worker that joins and one that leaves', async () => {
    orders.put(1_000);
    const first = work('first');
    await orders.until(() => orders.read.size === 1_000);

    proxy.loseReplies(3);
    const second = work('second');
    await orders.until(() => second.count('stolen') + second.count('taken') >= 3);
    orders.put(1_000);
    await orders.until(() => orders.read.size === 2_000);
    expect(proxy.cutsLeft).to.equal(0);
    expect(first.failures() + second.failures()).to.be.greaterThan(0);
    expect([...orders.read.values()].filter((workers) => workers.includes('second')).length).to.be.greaterThan(200);

    await first.stop();
    orders.put(1_000);
    await orders.until(() => orders.read.size === 3_000);
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
    orders.put(500);
    const first = work('first');
    await orders.until(() => orders.read.size === 500);
    await server.kill();
    await server.run();
    orders.put(500);
    await orders.until(() => orders.read.size === 1_000);
    await first.stop();
  });
});
