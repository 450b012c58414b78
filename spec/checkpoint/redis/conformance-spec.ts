import { Cluster, Redis } from 'ioredis';
import { redisCheckpoints } from '../../../src/checkpoint/redis/redisCheckpoints.ts';
import type { RedisLike } from '../../../src/checkpoint/redis/RedisLike.ts';
import { checkpointStoreCases } from '../../../src/testing/checkpointStoreCases.ts';
import { RedisCluster } from '../../support/RedisCluster.ts';
import { RedisServer } from '../../support/RedisServer.ts';

describe('redisCheckpoints', function () {
  this.timeout(20_000);
  let clients: (Redis | Cluster)[] = [];
  const kept = <T extends Redis | Cluster>(client: T): T => {
    clients.push(client);
    return client;
  };
  const disconnect = () => {
    for (const client of clients) client.disconnect();
    clients = [];
  };

  describe('over a server', () => {
    let server: RedisServer | undefined;
    let url: string;

    before(async function () {
      this.timeout(120_000);
      server = process.env.REDIS_URL === undefined ? await RedisServer.start() : undefined;
      url = server?.url ?? String(process.env.REDIS_URL);
    });
    after(async () => {
      disconnect();
      await server?.stop();
    });

    const makeStore = (application: string) => redisCheckpoints({ application, redis: kept(new Redis(url)) });
    for (const { title, run } of checkpointStoreCases(makeStore)) it(title, run);
  });

  describe('over a cluster', () => {
    let cluster: RedisCluster;
    let redis: RedisLike;

    before(async function () {
      this.timeout(120_000);
      cluster = await RedisCluster.start();
      redis = kept(new Cluster(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }))));
    });
    after(async () => {
      disconnect();
      await cluster.stop();
    });

    const makeStore = (application: string) => redisCheckpoints({ application, redis });
    for (const { title, run } of checkpointStoreCases(makeStore)) it(title, run);
  });
});
