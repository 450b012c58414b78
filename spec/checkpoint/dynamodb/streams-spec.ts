import { expect } from 'chai';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import type { LeaseTableStreams } from '../../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import { newLease, SHARD, StoreClient } from '../../../src/testing/conformance/StoreClient.ts';
import { failure } from './failure.ts';
import { kclRow } from './kclRow.ts';
import { LocalDynamo } from './LocalDynamo.ts';

const ORDERS = '123456789012:orders:1700000000';
const PAYMENTS = '123456789012:payments:1700000001';

describe('dynamoDbCheckpoints, with its streams', () => {
  let dynamo: LocalDynamo;
  let tableName = '';
  let tables = 0;

  before(async () => {
    dynamo = await LocalDynamo.start();
  });
  after(() => dynamo.stop());
  beforeEach(async () => {
    tableName = `table-${(tables += 1)}`;
    await dynamo.createTable(tableName);
  });

  const open = (streams: LeaseTableStreams = 'one', application = 'billing') =>
    dynamoDbCheckpoints({ application, tableName, client: dynamo.client, streams });
  const orders = (streams?: LeaseTableStreams, application?: string) =>
    new StoreClient(open(streams, application), 'orders');
  const payments = (streams?: LeaseTableStreams) => new StoreClient(open(streams), 'payments');
  const refusal = async (client: StoreClient) => {
    const error = await failure(client.leases());
    expect(error).to.include({ name: 'CheckpointStoreError', retryable: false });
    return error.message;
  };

  describe('in a table of one stream', () => {
    it('should refuse a second stream, whose workers are elsewhere', async () => {
      await orders().held();
      expect(await refusal(payments())).to.equal(
        `Stream payments cannot keep its leases of the application billing in table ${tableName}: the table holds the leases of stream orders. ` +
          "Give the stream a table of its own (tableName, in a second dynamoDbCheckpoints), or use a new table with streams: 'many'.",
      );
    });

    it('should refuse a second stream of the same store at once, whatever it calls', async () => {
      const store = open();
      const [one, two] = [new StoreClient(store, 'orders'), new StoreClient(store, 'payments')];
      const held = await one.held();
      const ofOther = { ...held, streamName: 'payments' };
      const calls = [
        () => two.create(newLease()),
        () => two.take(ofOther, 'a'),
        () => two.renew(ofOther),
        () => two.checkpoint(ofOther, 'SHARD_END'),
        () => two.requestHandOver(ofOther, 'b'),
        () => two.release(ofOther),
        () => two.remove(ofOther),
      ];
      for (const call of calls) {
        const error = await failure(call());
        expect(error.message).to.include('the table is used for stream orders.');
      }
      await one.assertUnchanged(held);
    });

    it('should refuse a second application', async () => {
      await orders().held();
      expect(await refusal(orders('one', 'shipping'))).to.equal(
        `Stream orders cannot keep its leases of the application shipping in table ${tableName}: the table holds leases of the application billing. ` +
          'Give each a table of its own.',
      );
    });

    it('should refuse a table of several streams, of its own and of a KCL', async () => {
      await payments('many').held();
      expect(await refusal(orders())).to.include("Set streams to what wrote them: 'many', or an object.");
    });

    it('should know its rows again once it has taken them from a KCL', async () => {
      await dynamo.put(tableName, kclRow(SHARD));
      const client = orders();
      await client.take(await client.stored(), 'ours');
      expect(await dynamo.get(tableName, SHARD)).to.deep.include({
        rxjsStream: { S: 'orders' },
        rxjsApplication: { S: 'billing' },
      });
      expect(await refusal(payments())).to.include('holds the leases of stream orders');
    });
  });

  describe('in a table of many', () => {
    it('should have rows whose keys begin with the stream', async () => {
      await orders('many').held('ours');
      const row = await dynamo.get(tableName, `orders:${SHARD}`);
      expect(row).to.deep.include({
        streamName: { S: 'orders' },
        shardId: { S: SHARD },
        leaseOwner: { S: 'ours' },
        rxjsApplication: { S: 'billing' },
      });
      expect(row).not.to.have.any.keys('rxjsStream');
    });

    it('should refuse a table of one stream', async () => {
      await orders().held();
      expect(await refusal(orders('many'))).to.include('holds leases of one stream, whose rows do not say which');
    });

    it('should find out that a KCL has leases of the stream by another name', async () => {
      await dynamo.put(tableName, kclRow(`${ORDERS}:${SHARD}`, { streamName: { S: ORDERS }, shardId: { S: SHARD } }));
      expect(await refusal(orders('many'))).to.include(`Name it so: streams: { "orders": "${ORDERS}" }.`);
      expect(await payments('many').leases()).to.deep.equal([]);
    });
  });

  describe('in a table of a KCL with several streams', () => {
    const streams = { orders: ORDERS, payments: PAYMENTS };

    it('should go on with the rows that the KCL wrote, and write them as it does', async () => {
      const checkpoint = { S: '495' };
      await dynamo.put(
        tableName,
        kclRow(`${ORDERS}:${SHARD}`, { streamName: { S: ORDERS }, shardId: { S: SHARD }, checkpoint }),
      );
      const client = orders(streams);
      const lease = await client.stored();
      expect(lease).to.deep.include({ streamName: 'orders', shardId: SHARD });
      expect(lease.checkpoint).to.deep.equal({ sequenceNumber: '495', subSequenceNumber: 0 });
      expect(await payments(streams).leases()).to.deep.equal([]);
      await payments(streams).held('ours');
      expect(await dynamo.get(tableName, `${PAYMENTS}:${SHARD}`)).to.deep.include({
        streamName: { S: PAYMENTS },
        shardId: { S: SHARD },
        leaseOwner: { S: 'ours' },
      });
      await client.assertUnchanged(lease);
    });

    it('should refuse a stream that is not named, and rows of many', async () => {
      expect(await refusal(orders({ payments: PAYMENTS }))).to.include(
        'the table is not for this stream. Add the stream to streams, with its identifier.',
      );
      await orders('many').held();
      expect(await refusal(orders(streams))).to.include(
        "Set streams to 'many', which wrote them, or name another table.",
      );
    });
  });
});
