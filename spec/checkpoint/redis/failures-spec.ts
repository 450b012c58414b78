import { expect } from 'chai';
import { Redis, type RedisOptions } from 'ioredis';
import { firstValueFrom, from, type ObservableInput } from 'rxjs';
import type { CheckpointStore } from '../../../src/checkpoint/CheckpointStore.ts';
import type { Lease } from '../../../src/checkpoint/Lease.ts';
import { redisCheckpoints } from '../../../src/checkpoint/redis/redisCheckpoints.ts';
import { CheckpointStoreError } from '../../../src/errors/CheckpointStoreError.ts';
import { read } from '../../support/project.ts';
import { RedisServer } from '../../support/RedisServer.ts';
import { aLease, SHARD, STREAM } from './aLease.ts';
import { CuttingProxy } from './CuttingProxy.ts';

const KEY = 'rxjs-kinesis:{billing:orders}';
type Settings = 'port' | 'username' | 'password' | 'maxRetriesPerRequest' | 'retryStrategy' | 'commandTimeout';

const TAKER = { workerId: 'a', token: 'a1' };

describe('redisCheckpoints, when something fails', function () {
  this.timeout(10_000);
  let server: RedisServer;
  let clients: Redis[];
  let replica: RedisServer | undefined;

  before(async function () {
    this.timeout(120_000);
    server = await RedisServer.start(
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--repl-diskless-sync-delay',
      '0',
    );
  });
  beforeEach(async () => {
    clients = [];
    await connected().flushall();
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await replica?.stop();
    replica = undefined;
  });
  after(() => server.stop());

  const connected = (options: Pick<RedisOptions, Settings> = {}): Redis => {
    const client = new Redis({ port: server.port, maxRetriesPerRequest: 1, ...options });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const storeOver = (redis: Redis) => redisCheckpoints({ application: 'billing', redis });

  describe('a reply that is lost', () => {
    let proxy: CuttingProxy;

    beforeEach(async () => {
      proxy = await CuttingProxy.before(server.port);
    });
    afterEach(() => proxy.stop());

    const writes: Record<string, (store: CheckpointStore, held: Lease) => ObservableInput<Lease | undefined>> = {
      take: (store, held) => store.take(held, { workerId: 'b', token: 'b1' }),
      checkpoint: (store, held) => store.checkpoint(held, { sequenceNumber: '99', subSequenceNumber: 3 }),
      renew: (store, held) => store.renew(held),
      requestHandOver: (store, held) => store.requestHandOver(held, 'b'),
      release: (store, held) => store.release(held),
    };
    for (const [name, write] of Object.entries(writes)) {
      it(`should fail retryably, and the repeated ${name} end as if it had happened once`, async () => {
        const held = await taken();
        const direct = storeOver(connected());
        const viaProxy = storeOver(connected({ port: proxy.port, maxRetriesPerRequest: 0 }));
        await untilAnswered(() => answer(viaProxy.leases(STREAM)));
        proxy.loseReplies(1);
        const error = await failure(answer(write(viaProxy, held)));
        expect(error).to.be.instanceOf(CheckpointStoreError).and.include({ retryable: true, shardId: SHARD });
        const [once] = await answer(direct.leases(STREAM));
        expect(once?.counter).to.equal(held.counter + 1);

        const repeated = await untilAnswered(() => answer(write(viaProxy, held)));
        const growth = name === 'renew' || name === 'checkpoint' ? 1 : 0;
        expect(repeated).to.deep.equal({ ...once, counter: once!.counter + growth });
      });
    }

    it('should be repeated by ioredis itself where that is set, with the same end', async () => {
      const viaProxy = storeOver(connected({ port: proxy.port, maxRetriesPerRequest: 3 }));
      const lease = await aLease(viaProxy);
      proxy.loseReplies(2);
      const held = await answer(viaProxy.take(lease, TAKER));
      expect(proxy.cutsLeft).to.equal(0);
      expect(held).to.include({ owner: 'a', token: 'a1', counter: 1 });
    });

    it('should say that a lease is gone when its removal is repeated', async () => {
      const viaProxy = storeOver(connected({ port: proxy.port, maxRetriesPerRequest: 0 }));
      const lease = await aLease(viaProxy);
      proxy.loseReplies(1);
      await failure(answer(viaProxy.remove(lease)));
      expect(await untilAnswered(() => answer(viaProxy.remove(lease)))).to.equal(true);
    });
  });

  it('should send a script again that the server has forgotten, and not otherwise', async () => {
    const proxy = await CuttingProxy.before(server.port);
    const store = storeOver(connected({ port: proxy.port }));
    const admin = connected();
    await admin.script('FLUSH');
    const held = (await answer(store.take(await aLease(store), TAKER)))!;
    await answer(store.renew(held));
    const sent = () => proxy.asked.filter((text) => /\beval\b/i.test(text)).length;
    const before = sent();
    await answer(store.renew(held));
    expect(sent()).to.equal(before);
    await admin.script('FLUSH');
    expect(await answer(store.renew(held))).to.include({ counter: held.counter + 3 });
    expect(sent()).to.equal(before + 1);
    await proxy.stop();
  });

  it('should fail retryably while the server is away, and go on when it is back', async () => {
    const store = storeOver(connected({ retryStrategy: () => 20 }));
    const held = (await answer(store.take(await aLease(store), TAKER)))!;
    await server.kill();
    expect(await failure(answer(store.renew(held)))).to.include({ retryable: true });
    await server.run();
    const renewed = await untilAnswered(() => answer(store.renew(held)));
    expect(renewed).to.include({ owner: 'a', token: 'a1', counter: held.counter + 1 });
  });

  it('should neither read nor write by a replica, and call that retryable', async function () {
    this.timeout(20_000);
    const held = await taken();
    replica = await RedisServer.start('--replicaof', '127.0.0.1', `${server.port}`);
    const redis = connected({ port: replica.port });
    await untilAnswered(async () => {
      expect(await redis.exists(KEY)).to.equal(1);
    });
    const store = storeOver(redis);
    for (const call of [store.renew(held), store.leases(STREAM), store.checkpoint(held, 'SHARD_END')]) {
      const error = await failure(answer<unknown>(call));
      expect(error).to.include({ retryable: true });
      expect(error.message).to.match(/READONLY.*Let the client find the new master/);
    }
    await redis.replicaof('NO', 'ONE');
    expect(await answer(store.renew(held))).to.include({ counter: held.counter + 1 });
  });

  it('should refuse a key where something else stands, name it, and leave it', async () => {
    const redis = connected();
    const store = storeOver(redis);
    await redis.set(KEY, 'mine');
    const wrongType = await failure(aLease(store));
    expect(wrongType).to.include({ retryable: false });
    expect(wrongType.message).to.include(KEY).and.include('WRONGTYPE').and.include('Give another prefix');
    expect(await redis.get(KEY)).to.equal('mine');

    await redis.del(KEY);
    await redis.hset(KEY, 'a', '1');
    const foreign = await failure(aLease(store));
    expect(foreign).to.include({ retryable: false });
    expect(foreign.message).to.include('it has no field "format"').and.include(KEY);
    expect(await redis.hgetall(KEY)).to.deep.equal({ a: '1' });
  });

  it('should refuse a later format, and write nothing', async () => {
    const redis = connected();
    const store = storeOver(redis);
    const held = (await answer(store.take(await aLease(store), TAKER)))!;
    await redis.hset(KEY, 'format', '2');
    const stored = await redis.hgetall(KEY);
    const calls = [
      store.leases(STREAM),
      store.create(STREAM, [held]),
      store.take(held, TAKER),
      store.renew(held),
      store.checkpoint(held, 'SHARD_END'),
      store.requestHandOver(held, 'b'),
      store.release(held),
      store.remove(held),
    ];
    for (const call of calls) {
      const error = await failure(answer<unknown>(call));
      expect(error).to.include({ retryable: false });
      expect(error.message).to.include('its field "format" is "2"');
    }
    expect(await redis.hgetall(KEY)).to.deep.equal(stored);
  });

  for (const [field, text] of [
    ['checkpoint', 'yesterday'],
    ['hashKeys', '0'],
    ['counter', '-1'],
    ['counter', '9007199254740993'],
    ['parents', '{}'],
    ['switches', 'x'],
  ] as const) {
    it(`should name the key and the field where ${field} is ${text}`, async () => {
      const redis = connected();
      const store = storeOver(redis);
      await aLease(store);
      await redis.hset(KEY, `${SHARD}:${field}`, text);
      const error = await failure(answer(store.leases(STREAM)));
      expect(error).to.be.instanceOf(CheckpointStoreError).and.include({ retryable: false, shardId: SHARD });
      expect(error.message).to.include(KEY).and.include(`"${SHARD}:${field}" is "${text}"`);
    });
  }

  it('should say that a password is missing or wrong, or a permission, and not repeat the call', async () => {
    const admin = connected();
    await admin.acl('SETUSER', 'default', 'on', '>secret');
    try {
      const without = await failure(answer(storeOver(connected()).leases(STREAM)));
      expect(without).to.include({ retryable: false });
      expect(without.message).to.match(/NOAUTH.*Give the client a password/);
      await admin.acl('SETUSER', 'reader', 'on', '>secret', '~*', '+@read', '+info');
      const reader = storeOver(connected({ username: 'reader', password: 'secret' }));
      const denied = await failure(answer(reader.leases(STREAM)));
      expect(denied).to.include({ retryable: false });
      expect(denied.message).to.match(/NOPERM.*Allow this user eval/);
    } finally {
      await admin.acl('SETUSER', 'default', 'nopass');
      await admin.acl('DELUSER', 'reader');
    }
  });

  it('should need no more permissions than the guide says', async () => {
    const admin = connected();
    const [, rules = ''] = /ACL SETUSER billing (.*)/.exec(read('docs/guides/checkpoints-redis.md')) ?? [];
    await admin.acl('SETUSER', 'billing', ...rules.split(' '));
    const store = storeOver(connected({ username: 'billing', password: 'secret' }));
    const held = (await answer(store.take(await aLease(store), TAKER)))!;
    await answer(store.checkpoint(held, { sequenceNumber: '1', subSequenceNumber: 0 }));
    await answer(store.requestHandOver((await answer(store.renew(held)))!, 'b'));
    const released = (await answer(store.release(held)))!;
    const back = (await answer(store.putBack!(released, 'TRIM_HORIZON')))!;
    expect(await answer(store.remove(back))).to.equal(true);
    await admin.acl('DELUSER', 'billing');
  });

  it('should not repeat a call over a client that was closed, and say so', async () => {
    const redis = connected();
    await redis.quit();
    const error = await failure(answer(storeOver(redis).leases(STREAM)));
    expect(error).to.include({ retryable: false });
    expect(error.message).to.include('close it after the sources have ended');
  });

  it('should call a timeout of the client retryable', async () => {
    const proxy = await CuttingProxy.before(server.port);
    const redis = connected({ port: proxy.port, commandTimeout: 50 });
    await redis.ping();
    proxy.beSilent();
    expect(await failure(answer(storeOver(redis).leases(STREAM)))).to.include({ retryable: true });
    await proxy.stop();
  });

  async function taken(): Promise<Lease> {
    const store = storeOver(connected());
    return (await answer(store.take(await aLease(store), TAKER)))!;
  }
});

const answer = <T>(call: ObservableInput<T>): Promise<T> => firstValueFrom(from(call));

async function failure(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('it did not fail');
}

/** Tries until it succeeds, as the source does. */
async function untilAnswered<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 0; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (count === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
