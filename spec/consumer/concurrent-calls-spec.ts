import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { defer, tap } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { shard, workbench } from './workbench.ts';

describe('fromKinesis, with maxConcurrentCalls', () => {
  it('should have no more calls of readers under way, and let the others wait for their turn', () => {
    const SHARDS = 10;
    const { clock, fake, put, read } = workbench({ latencyMs: 50, streams: { orders: { shards: SHARDS } } });
    for (let index = 0; index < SHARDS; index += 1) put(shard(index), String(index));
    let [underWay, most] = [0, 0];
    const client: KinesisClientLike = {
      send: (command, options) =>
        defer(() => {
          const counts = command instanceof GetRecordsCommand || command instanceof GetShardIteratorCommand ? 1 : 0;
          underWay += counts;
          most = Math.max(most, underWay);
          return fake.send(command, options).pipe(tap(() => (underWay -= counts)));
        }),
    };
    const reader = read({ client, maxConcurrentCalls: 3 });
    clock.pass(5_000);

    expect(reader.delivered).to.have.lengthOf(SHARDS);
    expect(most).to.equal(3);
  });
});
