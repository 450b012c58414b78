import { once } from 'node:events';
import { expect } from 'chai';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import type { DynamoDbCheckpointsOptions } from '../../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import type { DynamoDbCheckpointStore } from '../../../src/checkpoint/dynamodb/DynamoDbCheckpointStore.ts';
import type { Lease } from '../../../src/checkpoint/Lease.ts';
import { assertSame, newLease, SHARD, StoreClient } from '../../../src/testing/conformance/StoreClient.ts';
import { failure } from './failure.ts';
import { LocalDynamo } from './LocalDynamo.ts';
import { type Trouble, TroubledProxy } from './TroubledProxy.ts';

const AT_5 = { sequenceNumber: '5', subSequenceNumber: 0 };

describe('dynamoDbCheckpoints, with trouble on the way', () => {
  let dynamo: LocalDynamo;
  let proxy: TroubledProxy;
  let application = '';
  let applications = 0;
  const stores: DynamoDbCheckpointStore[] = [];

  before(async () => {
    dynamo = await LocalDynamo.start();
  });
  after(() => dynamo.stop());
  beforeEach(async () => {
    application = `app-${(applications += 1)}`;
    proxy = await TroubledProxy.before(dynamo.clientConfig.endpoint);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await proxy.stop();
  });

  /** A store whose client it makes itself. */
  const open = (options: Partial<DynamoDbCheckpointsOptions> = {}, client = {}) => {
    const config = { ...dynamo.clientConfig, endpoint: proxy.endpoint, ...client };
    const store = dynamoDbCheckpoints({ application, client: config, ...options });
    stores.push(store);
    return new StoreClient(store, 'orders');
  };

  describe('a lost answer', () => {
    /** Each write, the operation that it is, and what it leaves. */
    const writes: Readonly<
      Record<
        string,
        readonly [operation: string, write: (client: StoreClient, lease: Lease) => Promise<unknown>, Partial<Lease>]
      >
    > = {
      renew: ['UpdateItem', (client, lease) => client.renew(lease), {}],
      checkpoint: ['UpdateItem', (client, lease) => client.checkpoint(lease, AT_5), { checkpoint: AT_5 }],
      'end a shard': [
        'UpdateItem',
        (client, lease) => client.checkpoint(lease, 'SHARD_END', ['a']),
        { checkpoint: 'SHARD_END', childShardIds: ['a'] },
      ],
      'ask for a lease': ['UpdateItem', (client, lease) => client.requestHandOver(lease, 'b'), { nextOwner: 'b' }],
      release: ['UpdateItem', (client, lease) => client.release(lease), { owner: undefined, token: undefined }],
      take: [
        'UpdateItem',
        (client, lease) => client.take(lease, 'b', 't'),
        { owner: 'b', token: 't', ownerSwitchesSinceCheckpoint: 1 },
      ],
    };

    for (const [name, [operation, write, changes]] of Object.entries(writes)) {
      it(`should ${name} as if once when the call is repeated`, async () => {
        const client = open();
        const held = await client.held();
        proxy.trouble(operation, 'lose the answer');
        const error = await failure(write(client, held));
        expect(error).to.include({ name: 'CheckpointStoreError', retryable: true, shardId: SHARD });
        expect(error.message).to.match(
          /^UpdateItem failed on table app-\d+ \(stream orders, shard shardId-0+\): timeout: socket hang up\. The call is repeated\.$/,
        );
        const once = await client.stored();
        assertSame(once, { ...held, ...changes, counter: held.counter + 1 }, 'what is stored');
        const answer = (await write(client, held)) as Lease;
        assertSame(answer, { ...once, counter: answer.counter }, 'the repetition');
        assertSame(await client.stored(), answer, 'what is stored then');
      });

      it(`should ${name} as if once when the client itself repeats the request`, async () => {
        const client = open({}, { maxAttempts: 3 });
        const held = await client.held();
        proxy.trouble(operation, 'lose the answer');
        const answer = (await write(client, held)) as Lease;
        assertSame(answer, { ...held, ...changes, counter: answer.counter }, 'the answer');
        assertSame(await client.stored(), answer, 'what is stored');
      });
    }

    it('should say that a lease is removed when the call is repeated', async () => {
      const client = open();
      const lease = await client.created();
      proxy.trouble('DeleteItem', 'lose the answer');
      expect(await failure(client.remove(lease))).to.include({ retryable: true });
      expect(await client.remove(lease)).to.equal(true);
      expect(await client.leases()).to.deep.equal([]);
    });

    it('should create leases by the same call: what was created is left alone', async () => {
      const client = open({ random: () => 0 });
      await client.leases();
      proxy.trouble('PutItem', 'lose the answer', 2);
      await client.create(newLease('shardId-0'), newLease('shardId-1'));
      expect((await client.leases()).map(({ counter }) => counter)).to.deep.equal([0, 0]);
      expect(proxy.operations.filter((operation) => operation === 'PutItem')).to.have.lengthOf(4);
    });
  });

  describe('what it says of an error', () => {
    const judge = async (trouble: Trouble, options: Partial<DynamoDbCheckpointsOptions> = {}) => {
      const client = open(options);
      const held = await client.held();
      proxy.trouble('UpdateItem', trouble, 1);
      const error = await failure(client.renew(held));
      expect(error).to.include({ name: 'CheckpointStoreError', streamName: 'orders', shardId: SHARD });
      return error;
    };

    const weather: Readonly<Record<string, Trouble>> = {
      ProvisionedThroughputExceededException: { status: 400, type: 'ProvisionedThroughputExceededException' },
      ThrottlingException: { status: 400, type: 'ThrottlingException' },
      RequestLimitExceeded: { status: 400, type: 'RequestLimitExceeded' },
      TransactionConflictException: { status: 400, type: 'TransactionConflictException' },
      InternalServerError: { status: 500, type: 'InternalServerError' },
      'an unknown 503': { status: 503, type: 'Whatever' },
      'a lost request': 'lose the request',
    };
    for (const [name, trouble] of Object.entries(weather)) {
      it(`should call ${name} retryable`, async () => {
        expect(await judge(trouble)).to.include({ retryable: true });
      });
    }

    const incurable: Readonly<Record<string, string>> = {
      AccessDeniedException:
        'UpdateItem failed on table APP (stream orders, shard shardId-000000000000): AccessDeniedException: No. ' +
        'Allow dynamodb:UpdateItem on arn:aws:dynamodb:<region>:<account>:table/APP in the IAM policy of these credentials.',
      ValidationException:
        'UpdateItem failed on table APP (stream orders, shard shardId-000000000000): ValidationException: No. ' +
        'Check that the table is one of leases: its hash key is leaseKey, a string, and it has no range key.',
      ResourceNotFoundException:
        'UpdateItem failed on table APP (stream orders, shard shardId-000000000000): ResourceNotFoundException: No. ' +
        'The table is gone: whoever removed it removed the progress. Start anew with a table, restored or empty.',
      UnrecognizedClientException:
        'UpdateItem failed on table APP (stream orders, shard shardId-000000000000): UnrecognizedClientException: No. ' +
        'Give credentials that are valid: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, the role of the machine, or client: { credentials }.',
    };
    for (const [type, message] of Object.entries(incurable)) {
      it(`should say what to do about ${type}, and that no repetition helps`, async () => {
        const error = await judge({ status: 400, type });
        expect(error).to.include({ retryable: false });
        expect(error.message).to.equal(message.replaceAll('APP', application));
        expect((error.cause as Error).name).to.equal(type);
      });
    }

    it('should not wait longer than it is told for an answer', async () => {
      const error = await judge('stay silent', { requestTimeoutMs: 100 });
      expect(error).to.include({ retryable: true });
      expect(error.message).to.include('timeout');
    });

    it('should name the remedy where credentials or the region are missing', async () => {
      const client = { region: '', credentials: undefined } as never;
      const error = await failure(open({}, client).leases());
      expect(error).to.include({ retryable: false });
      expect(error.message).to.match(/Name a region: AWS_REGION, or client: \{ region: 'eu-west-1' \}\.$/);
    });
  });

  it('should keep its connection, close it when it is told, and open another at the next call', async () => {
    const client = open();
    await client.held();
    const [connection, ...others] = proxy.connections;
    expect(others).to.deep.equal([]);
    const closed = once(connection!, 'close');
    stores[0]!.close();
    await closed;
    expect(await client.leases()).to.have.lengthOf(1);
    expect(proxy.connections).to.have.property('size', 1);
  }).timeout(2_000);

  describe('the table', () => {
    it('should be created once when many find it missing, and waited for', async () => {
      const slow = await LocalDynamo.start({ createTableMs: 200 });
      const clients = Array.from({ length: 5 }, () => open({ client: slow.client }));
      await Promise.all(clients.map((client) => client.create(newLease())));
      expect(await clients[4]!.leases()).to.have.lengthOf(1);
      await slow.stop();
    });

    it('should be looked at once, before the first call', async () => {
      const client = open();
      await Promise.all([client.leases(), client.leases(), client.leases()]);
      await client.leases();
      const looks = proxy.operations.filter((operation) => operation === 'DescribeTable');
      // Missing, and then there.
      expect(looks).to.have.lengthOf(2);
    });

    it('should be looked at again when that failed', async () => {
      const client = open();
      proxy.trouble('DescribeTable', { status: 500, type: 'InternalServerError' });
      expect(await failure(client.leases())).to.include({ retryable: true });
      expect(await client.leases()).to.deep.equal([]);
    });

    it('should not be created where that is not wanted, but the command be told that does', async () => {
      const error = await failure(open({ createTable: false }).leases());
      expect(error).to.include({ name: 'CheckpointStoreError', retryable: false });
      expect(error.message).to.equal(
        `There is no table ${application}. createTable is false, so create it in this region and account: aws dynamodb create-table ` +
          `--table-name ${application} --attribute-definitions AttributeName=leaseKey,AttributeType=S ` +
          '--key-schema AttributeName=leaseKey,KeyType=HASH --billing-mode PAY_PER_REQUEST',
      );
      expect(proxy.operations).to.deep.equal(['DescribeTable']);
    });

    it('should have the capacity that it is given', async () => {
      const billingMode = { readCapacityUnits: 7, writeCapacityUnits: 9 };
      await open({ billingMode }).leases();
      const table = await dynamo.describe(application);
      expect(table.ProvisionedThroughput).to.include({ ReadCapacityUnits: 7, WriteCapacityUnits: 9 });
      const error = await failure(open({ billingMode, createTable: false, tableName: 'none' }).leases());
      expect(error.message).to.match(/PROVISIONED --provisioned-throughput ReadCapacityUnits=7,WriteCapacityUnits=9$/);
    });

    it('should be one of leases', async () => {
      await dynamo.createTable(application, { id: 'N', at: 'S' });
      const error = await failure(open().leases());
      expect(error).to.include({ name: 'CheckpointStoreError', retryable: false });
      expect(error.message).to.equal(
        `Table ${application} is no table of leases: its key is id (HASH), at (RANGE), and must be leaseKey (HASH), a string. ` +
          'Name another table with tableName; one that does not exist is created.',
      );
      await dynamo.createTable(`${application}-b`, { leaseKey: 'B' });
      const other = await failure(open({ tableName: `${application}-b` }).leases());
      expect(other.message).to.include('its key is leaseKey (HASH), and must be leaseKey (HASH), a string');
    });
  });
});
