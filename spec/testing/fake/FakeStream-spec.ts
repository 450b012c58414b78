import { expect } from 'chai';
import { hashOfPartitionKey } from '../../../src/aws/hashKey.ts';
import { FakeKinesis } from '../../../src/testing/FakeKinesis.ts';
import { FakeStream } from '../../../src/testing/fake/FakeStream.ts';
import { mergeShards, splitShard } from '../../../src/testing/fake/reshard.ts';
import { FIRST, SECOND } from '../virtualKinesis.ts';

const KEYS = Array.from({ length: 40 }, (_, index) => `key-${index}`);

describe('FakeStream', () => {
  it('should find the shard of a partition key anew after each reshard', () => {
    const stream = new FakeStream({
      name: 'orders',
      arn: 'arn',
      createdAt: 0,
      shards: 1,
      mode: 'PROVISIONED',
      retentionHours: 24,
      maxRecordBytes: 1_000,
    });
    const found = () => KEYS.map((key) => stream.shardOfKey(key));
    const right = () => KEYS.map((key) => stream.shardOfHash(hashOfPartitionKey(key)));
    const open = (index: number) => stream.open[index]!;
    const reshards = [
      () => splitShard(stream, open(0), 1n << 127n, 1),
      () => splitShard(stream, open(1), 3n << 126n, 2),
      () => mergeShards(stream, open(0), open(1), 3),
    ];

    expect(found().map(({ id }) => id)).to.deep.equal(right().map(({ id }) => id));
    for (const reshard of reshards) {
      reshard();
      expect(found().map(({ id }) => id)).to.deep.equal(right().map(({ id }) => id));
      expect(found().every(({ isOpen }) => isOpen)).to.equal(true);
    }
    expect(new Set(found()).size).to.equal(2);
  });

  it('should find them in each stream for itself', () => {
    const fake = new FakeKinesis({ streams: { one: { shards: 1 }, two: { shards: 2 } } });
    const places = (stream: string) =>
      fake
        .put(
          stream,
          KEYS.map((partitionKey) => ({ partitionKey, data: '' })),
        )
        .map(({ shardId }) => shardId);

    expect(new Set(places('one'))).to.have.keys(FIRST);
    expect(new Set(places('two'))).to.have.keys(FIRST, SECOND);
  });
});
