import { expect } from 'chai';
import { PutSuccess } from '../../src/producer/PutResult.ts';
import { startWriter, valuesFrom } from './startWriter.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('aggregates whose shard nobody can tell (pitfall 43)', () => {
  for (const error of ['AccessDeniedException', 'InternalFailure']) {
    it(`should have their records sent one by one, soon, where listing ends in ${error}`, async () => {
      const { clock, fake, put, results } = startWriter({ aggregate: true, ttlMs: 60_000 });
      const pass = async (ms: number) => {
        for (let passed = 0; passed < ms; passed += 50) {
          clock.pass(50);
          await settle();
        }
      };
      put(...valuesFrom(0, 20));
      await pass(500);
      expect(new Set(results.map((result) => result instanceof PutSuccess && result.sequenceNumber)).size).to.equal(1);

      fake.split('orders', 'shardId-000000000000');
      fake.fail({ operation: 'ListShards', error, times: 1_000 });
      await pass(2_000);
      put(...valuesFrom(20, 20));
      await pass(40_000);
      expect(results.map(({ value }) => value).toSorted(), 'one result each').to.deep.equal(
        valuesFrom(0, 40).toSorted(),
      );
      const [, ...later] = new Map(
        results.flatMap((result) => (result instanceof PutSuccess ? [[result.sequenceNumber, result]] : [])),
      ).values();
      expect(later.map(({ subSequenceNumber }) => subSequenceNumber)).to.deep.equal(Array(20).fill(0));
    });
  }
});
