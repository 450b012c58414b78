import { expect } from 'chai';
import { Subject } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import { PutSuccess } from '../../src/producer/PutResult.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('aggregates whose shard nobody can tell (pitfall 43)', () => {
  for (const error of ['AccessDeniedException', 'InternalFailure']) {
    it(`should have their records sent one by one, soon, where listing ends in ${error}`, async () => {
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
            ttlMs: 60_000,
          }),
        )
        .subscribe((result) => results.push(result));
      const pass = async (ms: number) => {
        for (let passed = 0; passed < ms; passed += 50) {
          clock.pass(50);
          await settle();
        }
      };
      const put = (from: number) => {
        for (let n = from; n < from + 20; n += 1) source.next(`value-${n}`);
      };
      put(0);
      await pass(500);
      expect(new Set(results.map((result) => result instanceof PutSuccess && result.sequenceNumber)).size).to.equal(1);

      fake.split('orders', 'shardId-000000000000');
      fake.fail({ operation: 'ListShards', error, times: 1_000 });
      await pass(2_000);
      put(20);
      await pass(40_000);
      expect(results.map(({ value }) => value).toSorted(), 'one result each').to.deep.equal(
        Array.from({ length: 40 }, (_, n) => `value-${n}`).toSorted(),
      );
      const [, ...later] = new Map(
        results.flatMap((result) => (result instanceof PutSuccess ? [[result.sequenceNumber, result]] : [])),
      ).values();
      expect(later.map(({ subSequenceNumber }) => subSequenceNumber)).to.deep.equal(Array(20).fill(0));
    });
  }
});
