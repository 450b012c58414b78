import { expect } from 'chai';
import { Subject } from 'rxjs';
import { hashOfPartitionKey } from '../../src/aws/hashKey.ts';
import { text } from '../../src/codec/text.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

describe('a stream that is made again by the same name', () => {
  it('should have its own shards listed, once a request found no stream (pitfall 43)', () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 1 } } });
    const source = new Subject<string>();
    const results: PutResult<string>[] = [];
    source
      .pipe(
        toKinesis('orders', {
          client: fake,
          scheduler: clock,
          codec: text(),
          aggregate: true,
          partitionKey: (value) => value,
          onFailure: 'emit',
        }),
      )
      .subscribe((result) => results.push(result));
    const put = (from: number) => {
      for (let n = from; n < from + 20; n += 1) source.next(`value-${n}`);
      clock.pass(500);
      return results.splice(0);
    };
    expect(put(0).map(({ shardId }) => shardId)).to.deep.equal(Array(20).fill('shardId-000000000000'));
    fake.deleteStream('orders');
    expect(put(20).filter(({ error }) => error)).to.have.lengthOf(20);
    fake.createStream('orders', { shards: 2 });
    // The first belongs in the shard that has the name of the only one before: nothing would go astray.
    const written = put(41);
    expect(written).to.have.lengthOf(20);
    for (const { value, shardId } of written) {
      expect(shardId).to.equal(`shardId-00000000000${hashOfPartitionKey(value) < '8' ? 0 : 1}`);
    }
  });
});
