import { expect } from 'chai';
import { hashOfPartitionKey } from '../../src/aws/hashKey.ts';
import { startWriter, valuesFrom } from './startWriter.ts';

describe('a stream that is made again by the same name', () => {
  it('should have its own shards listed, once a request found no stream (pitfall 43)', () => {
    const { clock, fake, put, results } = startWriter({ aggregate: true, onFailure: 'emit' });
    const write = (first: number) => {
      put(...valuesFrom(first, 20));
      clock.pass(500);
      return results.splice(0);
    };
    expect(write(0).map(({ shardId }) => shardId)).to.deep.equal(Array(20).fill('shardId-000000000000'));
    fake.deleteStream('orders');
    expect(write(20).filter(({ error }) => error)).to.have.lengthOf(20);
    fake.createStream('orders', { shards: 2 });
    // The first belongs in the shard that has the name of the only one before: nothing would go astray.
    const written = write(41);
    expect(written).to.have.lengthOf(20);
    for (const { value, shardId } of written) {
      expect(shardId).to.equal(`shardId-00000000000${hashOfPartitionKey(value) < '8' ? 0 : 1}`);
    }
  });
});
