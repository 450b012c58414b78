import { DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { filter, firstValueFrom, from, startWith, Subject, timeout } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { dynamoDbCheckpoints } from '../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import type { LeaseTableStreams } from '../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { redisCheckpoints } from '../../src/checkpoint/redis/redisCheckpoints.ts';
import { text } from '../../src/codec/text.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { newLease } from '../../src/testing/conformance/StoreClient.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';
import { LocalDynamo } from '../checkpoint/dynamodb/LocalDynamo.ts';
import { RedisCluster } from '../support/RedisCluster.ts';
import { RedisServer } from '../support/RedisServer.ts';
import { MeddlingProxy } from './MeddlingProxy.ts';
import { type CommandRun, runCheckpoints } from './runCheckpoints.ts';

const shard = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

interface Shown {
  readonly shards: readonly (Record<string, unknown> & { readonly shardId: string; readonly position: string })[];
}
interface Written {
  readonly moved: readonly { readonly shardId: string; readonly before: string; readonly after: string }[];
}

describe('rxjs-kinesis checkpoints', function () {
  this.timeout(60_000);
  let redis: RedisServer;
  let dynamo: LocalDynamo;
  let client: Redis;
  let applications = 0;

  before(async function () {
    this.timeout(120_000);
    redis = await RedisServer.start();
    dynamo = await LocalDynamo.start();
    client = new Redis(redis.url);
  });
  after(async () => {
    client.disconnect();
    await dynamo.stop();
    await redis.stop();
  });

  /** A store of an application of its own, and the options by which the command finds it. */
  const stores: Readonly<Record<string, () => { readonly store: CheckpointStore; readonly flags: readonly string[] }>> =
    {
      Redis: () => {
        const application = `app-${(applications += 1)}`;
        const flags = ['--application', application, '--stream', 'orders', '--redis-url', redis.url];
        return { store: redisCheckpoints({ application, redis: client }), flags };
      },
      DynamoDB: () => {
        const application = `app-${(applications += 1)}`;
        const { endpoint } = dynamo.clientConfig;
        const flags = ['--application', application, '--stream', 'orders', '--dynamodb-endpoint', endpoint];
        return { store: dynamoDbCheckpoints({ application, client: dynamo.client }), flags };
      },
    };
  const leasesOf = async (store: CheckpointStore): Promise<ReadonlyMap<string, Lease>> =>
    new Map((await firstValueFrom(from(store.leases('orders')))).map((lease) => [lease.shardId, lease]));

  for (const [name, open] of Object.entries(stores)) {
    describe(`over ${name}, beside a worker`, () => {
      let kinesis: LocalKinesis;
      let store: CheckpointStore;
      let flags: readonly string[];
      let happened: Subject<void>;
      let delivered: string[];
      let stop: () => Promise<void>;

      beforeEach(async () => {
        kinesis = await LocalKinesis.start({ seed: 3, limits: false, streams: { orders: { shards: 2 } } });
        ({ store, flags } = open());
        happened = new Subject();
        delivered = [];
        const stopping = new Subject<void>();
        const outcome = new Promise<void>((resolve, reject) => {
          fromKinesis('orders', {
            client: kinesis.clientConfig,
            codec: text(),
            checkpoints: store,
            workerId: 'worker-1',
            startAt: 'TRIM_HORIZON',
            until: stopping,
            pollIntervalMs: 20,
            leaseDurationMs: 1_500,
            leaseScanIntervalMs: 50,
            onDiagnostic: () => happened.next(),
          })
            .pipe(checkpoint({ intervalMs: 50 }))
            .subscribe({
              next: ({ shardId, data }) => delivered.push(`${data} of ${Number(shardId.slice(-2))}`),
              error: reject,
              complete: resolve,
            });
        });
        stop = async () => {
          stopping.next();
          await outcome;
        };
      });
      afterEach(async () => {
        await stop().finally(() => kinesis.stop());
      });

      const put = (index: number, ...data: string[]) => {
        const range = kinesis.fake.shards('orders').find(({ ShardId }) => ShardId === shard(index))?.HashKeyRange;
        const explicitHashKey = range?.StartingHashKey ?? '';
        return kinesis.fake.put(
          'orders',
          data.map((each) => ({ partitionKey: 'key', data: each, explicitHashKey })),
        );
      };
      const until = (condition: () => boolean) =>
        firstValueFrom(happened.pipe(startWith(undefined), filter(condition), timeout(20_000)));
      /** Waits until all that was put is in the store. */
      const checkpointed = async (index: number, sequenceNumber: string) => {
        for (;;) {
          const place = (await leasesOf(store)).get(shard(index))?.checkpoint;
          if (typeof place === 'object' && 'sequenceNumber' in place && place.sequenceNumber === sequenceNumber) return;
          await firstValueFrom(happened.pipe(timeout(20_000)));
        }
      };

      it('should show who reads which shard and how far it is, as a table or as JSON, and change nothing', async () => {
        const [record] = put(0, 'a');
        const startedAt = Date.now();
        await checkpointed(0, record!.sequenceNumber);
        const plain = await runCheckpoints(['show', ...flags]);
        expect(plain.stderr).to.equal('');
        expect(plain.code).to.equal(0);
        expect(plain.stdout).to.match(/ reads orders: leases in (Redis|DynamoDB)/);
        const read = new RegExp(`│ ${shard(0)} │ worker-1 │ ${record!.sequenceNumber} │ \\d+ s │`);
        expect(plain.stdout).to.match(read);
        expect(plain.stdout).to.match(/│ shardId-000000000001 │ worker-1 │ TRIM_HORIZON +│ +│ +\d+ +│/);
        expect(plain.stdout).to.include('2 shards, 1 worker; 0 free, 0 read to the end');
        expect(plain.stdout).not.to.match(/lag|parents/);

        put(1, 'b');
        const lagging = ['--lag', '--kinesis-endpoint', kinesis.endpoint];
        const { code, stdout } = await runCheckpoints(['show', ...flags, '--json', '--shard', shard(0), ...lagging]);
        const { shards } = JSON.parse(stdout) as Shown;
        const { counter, checkpointedAt } = shards[0] as unknown as { counter: number; checkpointedAt: string };
        expect(Date.parse(checkpointedAt)).to.be.within(startedAt - 1_000, Date.now());
        expect(shards).to.deep.equal([
          {
            shardId: shard(0),
            owner: 'worker-1',
            nextOwner: null,
            position: record!.sequenceNumber,
            checkpointedAt,
            millisBehindLatest: 0,
            isGone: false,
            isUnread: false,
            parentShardIds: [],
            childShardIds: [],
            counter,
          },
        ]);
        expect([code, counter > 0]).to.deep.equal([0, true]);
        expect((await leasesOf(store)).get(shard(0))?.owner).to.equal('worker-1');
      });

      it('should put a shard back while it is read, which is read from there', async () => {
        const [a, b] = put(0, 'a', 'b', 'c');
        const [d] = put(1, 'd');
        await checkpointed(1, d!.sequenceNumber);
        await until(() => delivered.length === 4);
        const to = ['--shard', shard(0), '--to', a!.sequenceNumber];
        const { code, stdout, stderr } = await runCheckpoints(['set', ...flags, ...to, '--yes', '--json']);
        expect(code, stderr).to.equal(0);
        const { moved } = JSON.parse(stdout) as Written;
        expect(moved.map(({ shardId, after }) => [shardId, after])).to.deep.equal([[shard(0), a!.sequenceNumber]]);
        expect(stderr.replace(/\s+/g, ' ')).to.include(
          '1 shard goes back: records that were processed are delivered again.',
        );
        await until(() => delivered.length === 6);
        expect(delivered.slice(4)).to.deep.equal(['b of 0', 'c of 0']);
        const [e] = put(0, 'e');
        await checkpointed(0, e!.sequenceNumber);
        expect(delivered.slice(6)).to.deep.equal(['e of 0']);
        expect(BigInt(moved[0]!.before) > BigInt(b!.sequenceNumber)).to.equal(true);
      });

      it('should ask Kinesis with --verify, and write no place that the shard has not', async () => {
        const [a] = put(0, 'a', 'b');
        const verified = ['--verify', '--kinesis-endpoint', kinesis.endpoint, '--yes'];
        const to = (place: string) =>
          runCheckpoints(['set', ...flags, '--shard', shard(0), '--to', place, ...verified]);
        const wrong = await to(a!.sequenceNumber.slice(0, -1));
        expect(wrong.code).to.equal(2);
        expect(wrong.stderr).to.match(
          /^error: --to must be a place in the shard\. Kinesis did not take \d+ for shard /,
        );
        await until(() => delivered.length === 2);
        expect((await to(a!.sequenceNumber)).code).to.equal(0);
        await until(() => delivered.length === 3);
        expect(delivered).to.deep.equal(['a of 0', 'b of 0', 'b of 0']);
      });

      it('should not end a shard that takes writes with --verify, and show one that was ended without', async () => {
        const asked = ['--kinesis-endpoint', kinesis.endpoint];
        const ending = ['set', ...flags, '--shard', shard(1), '--to', 'SHARD_END', '--yes'];
        const refused = await runCheckpoints([...ending, '--verify', ...asked]);
        expect(refused.code).to.equal(2);
        expect(refused.stderr).to.match(
          /^error: --to SHARD_END is for shards that have ended.* shardId-000000000001: /,
        );
        const { code, stdout } = await runCheckpoints(ending);
        expect(code).to.equal(0);
        expect(stdout.replace(/\s+/g, ' ')).to.include('written there FROM NOW ON is delivered to nobody');
        const shown = await runCheckpoints(['show', ...flags, '--lag', ...asked]);
        expect(shown.stdout).to.match(/shardId-000000000001 │ – +│ SHARD_END +│ \d+ s │ unread +│/);
        expect(shown.stdout).to.include('Unread: shardId-000000000001. Kinesis takes writes there');
        const json = await runCheckpoints(['show', ...flags, '--lag', '--json', ...asked]);
        expect((JSON.parse(json.stdout) as Shown).shards.map(({ isUnread }) => isUnread)).to.deep.equal([false, true]);
        expect((await runCheckpoints(['reset', ...flags, '--to', 'LATEST', '--yes'])).code).to.equal(0);
        // Nobody tells when the shard is read from its tip.
        await until(() => put(1, 'again').length > 0 && delivered.includes('again of 1'));
        kinesis.fake.split('orders', shard(0));
        const parent = ['set', ...flags, '--shard', shard(0), '--to', 'SHARD_END', '--yes', '--verify', ...asked];
        const verified = await runCheckpoints(parent);
        expect(verified.code, verified.stderr).to.equal(0);
        expect(verified.stdout).not.to.include('FROM NOW ON');
      });

      it('should reset all shards, and deliver parents again before their children', async () => {
        put(0, 'parent');
        put(1, 'other');
        await until(() => delivered.length === 2);
        kinesis.fake.split('orders', shard(0));
        put(2, 'child');
        const [last] = put(3, 'child');
        await checkpointed(3, last!.sequenceNumber);
        expect((await leasesOf(store)).get(shard(0))?.checkpoint).to.equal('SHARD_END');
        const { code, stdout } = await runCheckpoints(['reset', ...flags, '--yes']);
        expect(code).to.equal(0);
        expect(stdout).to.match(/shardId-000000000000 │ – +│ SHARD_END +│ TRIM_HORIZON │/);
        expect(stdout).to.include('shards go back').and.to.include('Written:');
        await until(() => delivered.length === 8);
        const again = delivered.slice(4);
        expect(again).to.have.members(['parent of 0', 'other of 1', 'child of 2', 'child of 3']);
        expect(again.indexOf('parent of 0')).to.be.below(
          Math.min(again.indexOf('child of 2'), again.indexOf('child of 3')),
        );
      });
    });

    describe(`over ${name}`, () => {
      const made = async (...leases: Parameters<typeof newLease>[]) => {
        const { store, flags } = open();
        await firstValueFrom(
          from(
            store.create(
              'orders',
              leases.map((each) => newLease(...each)),
            ),
          ),
        );
        return { store, flags };
      };

      it('should put a shard to each kind of place that it shows', async () => {
        const { store, flags } = await made([shard(0)]);
        const sequenceNumber = '49590338271490256608559692538361571095921575989136588898';
        for (const [to, expected] of [
          [`${sequenceNumber}:12`, { sequenceNumber, subSequenceNumber: 12 }],
          ['2026-02-03T04:05:06.789Z', { atTimestamp: new Date('2026-02-03T04:05:06.789Z') }],
          ['SHARD_END', 'SHARD_END'],
          ['LATEST', 'LATEST'],
        ] as const) {
          const { code, stderr } = await runCheckpoints(['set', ...flags, '--shard', shard(0), '--to', to, '--yes']);
          expect(code, stderr).to.equal(0);
          expect((await leasesOf(store)).get(shard(0))?.checkpoint).to.deep.equal(expected);
          const shown = JSON.parse((await runCheckpoints(['show', ...flags, '--json'])).stdout) as Shown;
          expect(shown.shards[0]!.position).to.equal(to);
        }
      });

      it('should show all but the lag where Kinesis cannot be asked, and end with 1', async () => {
        const { flags } = await made([shard(0)]);
        const lagging = ['show', ...flags, '--lag', '--kinesis-endpoint', 'http://127.0.0.1:1'];
        const [plain, json] = await Promise.all([runCheckpoints(lagging), runCheckpoints([...lagging, '--json'])]);
        expect(plain.stdout)
          .to.match(/│ shardId-000000000000 │ – +│ TRIM_HORIZON │/)
          .and.not.to.include('lag');
        expect(plain.stderr).to.match(/^rxjs-kinesis: Kinesis did not say how far .*ECONNREFUSED.*--lag.*\n$/);
        const { shards, error } = JSON.parse(json.stdout) as Shown & { readonly error: string };
        expect(shards[0])
          .to.include({ shardId: shard(0), position: 'TRIM_HORIZON' })
          .and.not.to.have.property('isGone');
        expect(json.stderr).to.equal(`rxjs-kinesis: ${error}\n`);
        expect([plain.code, json.code]).to.deep.equal([1, 1]);
      });

      it('should refuse without --verify a sequence number that none of the stream can be', async () => {
        const { store, flags } = await made([
          shard(0),
          { checkpoint: { sequenceNumber: '4'.repeat(56), subSequenceNumber: 0 } },
        ]);
        const before = await leasesOf(store);
        const args = ['set', ...flags, '--shard', shard(0), '--to', '123', '--yes'];
        const { code, stdout, stderr } = await runCheckpoints(args);
        expect(stderr).to.match(/^error: --to must be a place in the shard: 123 has 3 digits.*--verify.*\n$/);
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(await leasesOf(store)).to.deep.equal(before);
      });

      it('should write nothing without --yes where there is no terminal, and say what it would be', async () => {
        const { store, flags } = await made([shard(0)], [shard(1)]);
        const before = await leasesOf(store);
        const { code, stdout, stderr } = await runCheckpoints(['reset', ...flags, '--to', 'LATEST']);
        expect(code).to.equal(2);
        expect(stdout).to.match(/shardId-000000000001 │ – +│ TRIM_HORIZON │ LATEST │/);
        expect(stdout.replace(/\s+/g, ' ')).to.include('2 shards go forward: the records between are SKIPPED');
        expect(stderr).to.equal(
          'error: nothing was written, as there is no terminal to ask on. Give --yes if this is what you want.\n',
        );
        expect(await leasesOf(store)).to.deep.equal(before);
      });

      it('should say which shards there are, and change nothing, for one that has no lease', async () => {
        const { store, flags } = await made([shard(0)], [shard(1)], [shard(8)], [shard(9)]);
        const before = await leasesOf(store);
        const to = ['--shard', shard(0), '--shard', shard(7), '--to', 'LATEST', '--yes'];
        const { code, stderr } = await runCheckpoints(['set', ...flags, ...to]);
        expect(code).to.equal(2);
        expect(stderr).to.equal(
          'error: --shard must name a shard that has a lease; got "shardId-000000000007". There are 4 leases, the nearest of ' +
            'shardId-000000000008, shardId-000000000009, shardId-000000000001.\n',
        );
        expect(await leasesOf(store)).to.deep.equal(before);
      });

      it('should say so, and change nothing, when a worker writes a lease each time before it does', async () => {
        const { store, flags } = await made([shard(0)]);
        const free = (await leasesOf(store)).get(shard(0))!;
        const held = (await firstValueFrom(from(store.take(free, { workerId: 'busy', token: 't' }))))!;
        const port = Number(new URL(flags.at(-1)!).port);
        const proxy = await MeddlingProxy.before(port, () => firstValueFrom(from(store.renew(held))));
        const through = flags.with(-1, flags.at(-1)!.replace(`:${port}`, `:${proxy.port}`));
        const args = ['reset', ...through, '--to', 'LATEST', '--yes', '--json'];
        const { code, stdout, stderr } = await runCheckpoints(args);
        await proxy.stop();
        expect(code).to.equal(1);
        expect(JSON.parse(stdout)).to.deep.include({ moved: [] });
        expect(stderr).to.match(
          /rxjs-kinesis: Shard shardId-000000000000 was not put to LATEST: each of 10 times its worker busy wrote its lease in between\. .*\n$/,
        );
        expect((await leasesOf(store)).get(shard(0))).to.include({ owner: 'busy', checkpoint: 'TRIM_HORIZON' });
      });
    });
  }

  it('should reach a Redis cluster by any of its nodes', async function () {
    this.timeout(120_000);
    const cluster = await RedisCluster.start();
    try {
      const [url] = cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`);
      const names = ['--application', 'billing', '--stream', 'orders'];
      const { code, stderr } = await runCheckpoints(['show', ...names, '--redis-url', url!, '--cluster']);
      expect(code).to.equal(2);
      expect(stderr).to.include(
        'There are no leases of stream orders for application billing in the Redis cluster at 127.0.0.1',
      );
    } finally {
      await cluster.stop();
    }
  });

  it('should take the Redis of REDIS_URL, and its prefix', async () => {
    const store = redisCheckpoints({ application: 'billing', redis: client, prefix: 'mine:' });
    await firstValueFrom(from(store.create('orders', [newLease(shard(0))])));
    const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';
    const args = ['show', '--application', 'billing', '--stream', stream, '--prefix', 'mine:', '--json'];
    const { stdout, stderr } = await runCheckpoints(args, { REDIS_URL: redis.url });
    expect(JSON.parse(stdout || stderr)).to.deep.include({ application: 'billing', stream: 'orders', store: 'redis' });
  });

  it('should say that Redis refused the password, and not tell it', async () => {
    const url = new URL(redis.url);
    [url.username, url.password] = ['somebody', 'secret'];
    const { code, stderr } = await runCheckpoints([
      'show',
      '--application',
      'a',
      '--stream',
      'b',
      '--redis-url',
      url.href,
    ]);
    expect(stderr).to.match(
      /^rxjs-kinesis: Redis at \S+ refused the user or the password: WRONGPASS [^.]+\. Check --redis-url, or REDIS_URL\.\n$/,
    );
    expect(stderr).not.to.include('secret');
    expect(code).to.equal(1);
  });

  it('should create no table, and name the options that may be wrong', async () => {
    const names = ['--application', 'nobodys', '--stream', 'orders'];
    const { code, stderr } = await runCheckpoints([
      'show',
      ...names,
      '--dynamodb-endpoint',
      dynamo.clientConfig.endpoint,
    ]);
    expect(stderr).to.equal(
      'error: There is no table nobodys. Check --application, --stream, --table-name and --dynamodb-endpoint.\n',
    );
    expect(code).to.equal(2);
    const error = await dynamo.describe('nobodys').catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('name', 'ResourceNotFoundException');
  });

  describe('over a table in DynamoDB that is not as it was told', () => {
    const show = (application: string, stream: string, ...more: readonly string[]) => {
      const { endpoint } = dynamo.clientConfig;
      const names = ['--application', application, '--stream', stream];
      return runCheckpoints(['show', ...names, '--table-name', 'told-wrong', '--dynamodb-endpoint', endpoint, ...more]);
    };
    const creating = async (streams: LeaseTableStreams, stream = 'orders') => {
      const store = dynamoDbCheckpoints({
        application: 'billing',
        tableName: 'told-wrong',
        client: dynamo.client,
        streams,
      });
      await firstValueFrom(from(store.create(stream, [newLease(shard(0))])));
    };
    const refused = async (run: Promise<CommandRun>, said: RegExp) => {
      const { code, stdout, stderr } = await run;
      expect(stderr)
        .to.match(said)
        .and.not.to.match(/dynamoDbCheckpoints|createTable|client:/);
      expect([code, stdout]).to.deep.equal([2, '']);
    };
    afterEach(() => dynamo.client.send(new DeleteTableCommand({ TableName: 'told-wrong' })));

    it('should name --stream, --application and --streams', async () => {
      await creating('one');
      await refused(
        show('billing', 'payments'),
        /^error: .*the leases of stream orders\. Check --stream and --table-name\.\n$/,
      );
      await refused(show('shipping', 'orders'), /the application billing\. Check --application and --table-name\.\n$/);
      await refused(show('billing', 'orders', '--streams', 'many'), /one stream, .*\. Leave --streams out, or check /);
    });

    it('should say what --streams must be', async () => {
      await creating('many');
      await refused(show('billing', 'orders'), /several streams\. Give --streams many, or the KCL's identifier /);
      const identifier = '123456789012:orders:1700000000';
      await refused(
        show('billing', 'orders', '--streams', identifier),
        /under the name orders\. Give --streams many\.\n$/,
      );
      expect((await show('billing', 'orders', '--streams', 'many')).code).to.equal(0);
    });

    it('should ask for --initial-timestamp where a KCL wrote none', async () => {
      await creating('one');
      const row = { leaseKey: { S: shard(1) }, leaseCounter: { N: '0' }, checkpoint: { S: 'AT_TIMESTAMP' } };
      await dynamo.client.send(new PutItemCommand({ TableName: 'told-wrong', Item: row }));
      await refused(show('billing', 'orders'), /does not write the time\. Give it .*: --initial-timestamp, such as /);
      expect((await show('billing', 'orders', '--initial-timestamp', '2026-02-03')).code).to.equal(0);
    });

    it('should ask for --region', async () => {
      await creating('one');
      const args = ['show', '--application', 'billing', '--stream', 'orders'];
      const nowhere = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: '/dev/null' };
      await refused(
        runCheckpoints(args, nowhere),
        /Region is missing\. Give --region, such as eu-west-1, or AWS_REGION /,
      );
    });
  });

  for (const [what, args, said] of [
    [
      'Redis',
      ['--redis-url', 'redis://:secret@127.0.0.1:1'],
      /^rxjs-kinesis: Redis at 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\. .*--redis-url.*\n$/,
    ],
    [
      'a cluster',
      ['--redis-url', 'redis://127.0.0.1:1', '--cluster'],
      /^rxjs-kinesis: the Redis cluster at 127\.0\.0\.1:1 cannot be reached: .*\n$/,
    ],
    [
      'DynamoDB',
      ['--dynamodb-endpoint', 'http://127.0.0.1:1'],
      /^rxjs-kinesis: .*ECONNREFUSED.* Check --dynamodb-endpoint\.\n$/,
    ],
  ] as const) {
    it(`should say in one line that ${what} cannot be reached, and tell no password`, async () => {
      const { code, stdout, stderr } = await runCheckpoints([
        'show',
        '--application',
        'app',
        '--stream',
        'orders',
        ...args,
      ]);
      expect(stderr).to.match(said).and.not.to.include('secret');
      expect([code, stdout]).to.deep.equal([1, '']);
    });
  }

  for (const [args, said] of [
    [['show', '--stream', 'orders'], /required option '--application <name>' not specified/],
    [
      ['show', '--application', 'a', '--stream', 'a b'],
      /'--stream <name>' argument 'a b' is invalid\. It must be 1 to 128 letters/,
    ],
    [
      ['show', '--application', 'a', '--stream', 'b'],
      /application names the table, so it must be 3 to 255 .*got "a"\. .* with --table-name/,
    ],
    [['show', '--application', 'a', '--stream', 'b', '--redis-url', 'http://x'], /It must be redis:\/\/host:port/],
    [['show', '--application', 'a', '--stream', 'b', '--store', 'redis'], /needs --redis-url, or REDIS_URL/],
    [
      ['show', '--application', 'a', '--stream', 'b', '--store', 'redis', '--table-name', 'abc'],
      /--table-name is for a store in DynamoDB/,
    ],
    [
      ['show', '--application', 'a', '--stream', 'b', '--prefix', 'x', '--dynamodb-endpoint', 'http://x'],
      /--prefix is for a store in Redis, and --dynamodb-endpoint for one in DynamoDB\. Leave one of them out\.\n$/,
    ],
    [['set', '--application', 'a', '--stream', 'b', '--shard', 'c'], /required option '--to <place>' not specified/],
    [
      ['set', '--application', 'a', '--stream', 'b', '--shard', 'c', '--to', '1e9'],
      /'1e9' is invalid\. It must be a sequence number of 1 to 129 digits/,
    ],
    [
      ['set', '--application', 'a', '--stream', 'b', '--shard', 'c', '--shard', 'd', '--to', '12'],
      /a sequence number is of one shard, and --shard was given 2 times/,
    ],
    [
      ['reset', '--application', 'a', '--stream', 'b', '--to', '12'],
      /It must be TRIM_HORIZON, LATEST, or a time .*use checkpoints set/,
    ],
    [['remove'], /unknown command 'remove'/],
  ] as const) {
    it(`should end with 2 and say what is wanted: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runCheckpoints(args);
      expect(stderr).to.match(said);
      expect([code, stdout]).to.deep.equal([2, '']);
    });
  }

  it('should list its commands and their options', async () => {
    const [group, set] = await Promise.all([runCheckpoints(['--help']), runCheckpoints(['set', '--help'])]);
    expect(group.stdout).to.match(/show \[options\].*set \[options\].*reset \[options\]/s);
    for (const option of ['--application', '--redis-url', '--table-name', '--shard', '--to', '--yes', '--json']) {
      expect(set.stdout).to.include(`${option} `);
    }
    expect([group.code, set.code]).to.deep.equal([0, 0]);
  });
});
