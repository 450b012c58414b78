import { expect } from 'chai';
import fc from 'fast-check';
import { Entry } from '../../src/producer/Entry.ts';
import { PutSuccess } from '../../src/producer/PutResult.ts';
import { ResultOrder } from '../../src/producer/ResultOrder.ts';

const expectEach = (order: ResultOrder<number>, count: number) =>
  Array.from({ length: count }, (_, value) => {
    const entry = new Entry(value, Buffer.alloc(0), 'key', undefined, 0, 0);
    order.expect(entry);
    return entry;
  });
const finish = (entry: Entry<number>) => {
  entry.result = new PutSuccess(entry.value, 'shardId-0', '1', 0, 1);
  return entry;
};
const values = (entries: readonly Entry<number>[]) => entries.map(({ value }) => value);

describe('ResultOrder (pitfall 42)', () => {
  it(`should tell results as they come with 'completion'`, () => {
    const order = new ResultOrder<number>('completion');
    const entries = expectEach(order, 3);
    expect(values(order.add([finish(entries[2]!), finish(entries[0]!)]))).to.deep.equal([2, 0]);
  });

  it(`should keep results back with 'input' until those before them are there`, () => {
    const order = new ResultOrder<number>('input');
    const [a, b, c, d] = expectEach(order, 4);
    expect(values(order.add([finish(c!), finish(b!)]))).to.deep.equal([]);
    expect(values(order.add([finish(a!)]))).to.deep.equal([0, 1, 2]);
    expect(values(order.add([finish(d!)]))).to.deep.equal([3]);
  });

  it('should have nothing left after a clear', () => {
    const order = new ResultOrder<number>('input');
    const [, b] = expectEach(order, 2);
    order.add([finish(b!)]);
    order.clear();
    const [next] = expectEach(order, 1);
    expect(values(order.add([finish(next!)]))).to.deep.equal([0]);
  });

  it('should tell each once, in the order of the inputs, in whatever order they end', () => {
    const ends = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.tuple(
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, n) => n),
          { minLength: count },
        ),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 40, maxLength: 40 }),
      ),
    );
    fc.assert(
      fc.property(ends, ([order, sizes]) => {
        const results = new ResultOrder<number>('input');
        const entries = expectEach(results, order.length);
        const told: number[] = [];
        const done = new Set<number>();
        for (const size of sizes) {
          const batch = order.splice(0, size);
          told.push(...values(results.add(batch.map((index) => finish(entries[index]!)))));
          for (const index of batch) done.add(index);
          // None is kept back that need not be.
          const firstOpen = entries.findIndex((_, index) => !done.has(index));
          expect(told.length).to.equal(firstOpen === -1 ? entries.length : firstOpen);
        }
        expect(told).to.deep.equal(values(entries));
      }),
      { numRuns: 300 },
    );
  });
});
