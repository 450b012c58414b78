import type { CheckpointStore } from '../../../src/checkpoint/CheckpointStore.ts';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import { checkpointStoreCases } from '../../../src/testing/checkpointStoreCases.ts';
import { LocalDynamo } from './LocalDynamo.ts';

describe('dynamoDbCheckpoints', function () {
  this.timeout(20_000);
  let dynamo: LocalDynamo;

  before(async () => {
    dynamo = await LocalDynamo.start();
  });
  after(() => dynamo.stop());

  describe('with many streams in a table', () => {
    const makeStore = (application: string) =>
      dynamoDbCheckpoints({ application, streams: 'many', client: dynamo.client });
    for (const { title, run } of checkpointStoreCases(makeStore, { leases: 400 })) it(title, run);
  });

  describe('with a table for each stream', () => {
    const makeStore = (application: string) => tablePerStream(application, dynamo);
    for (const { title, run } of checkpointStoreCases(makeStore, { leases: 50, races: 10 })) it(title, run);
  });
});

/** The stores of an application's streams, as one. */
function tablePerStream(application: string, { client }: LocalDynamo): CheckpointStore {
  const stores = new Map<string, CheckpointStore>();
  const of = (streamName: string) => {
    const tableName = `${application}.${streamName}`;
    const store = stores.get(streamName) ?? dynamoDbCheckpoints({ application, tableName, client });
    stores.set(streamName, store);
    return store;
  };
  return {
    leases: (streamName) => of(streamName).leases(streamName),
    create: (streamName, leases) => of(streamName).create(streamName, leases),
    take: (lease, taker) => of(lease.streamName).take(lease, taker),
    renew: (lease) => of(lease.streamName).renew(lease),
    checkpoint: (lease, checkpoint, children) => of(lease.streamName).checkpoint(lease, checkpoint, children),
    requestHandOver: (lease, workerId) => of(lease.streamName).requestHandOver(lease, workerId),
    release: (lease) => of(lease.streamName).release(lease),
    remove: (lease) => of(lease.streamName).remove(lease),
    putBack: (lease, checkpoint) => of(lease.streamName).putBack!(lease, checkpoint),
  };
}
