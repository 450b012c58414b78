import { expect } from 'chai';
import fc from 'fast-check';
import { Heap } from '../../src/producer/Heap.ts';

interface Item {
  rank: number;
}

describe('Heap', () => {
  it('should give the least first', () => {
    const heap = new Heap<Item>(({ rank }) => rank);
    for (const rank of [3, 1, 2]) heap.push({ rank });
    expect(heap.least?.rank).to.equal(1);
    expect([heap.shift(), heap.shift(), heap.shift(), heap.shift()]).to.deep.equal([
      { rank: 1 },
      { rank: 2 },
      { rank: 3 },
      undefined,
    ]);
  });

  it('should be as a sorted array, whatever is done', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ push: fc.nat(20) }) },
      { weight: 10, arbitrary: fc.constant('shift' as const) },
      { weight: 10, arbitrary: fc.record({ raise: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const heap = new Heap<Item>(({ rank }) => rank);
        let ranks: number[] = [];
        for (const act of steps) {
          if (act === 'clear') {
            heap.clear();
            ranks = [];
          } else if (act === 'shift') expect(heap.shift()?.rank).to.equal(ranks.shift());
          else if ('push' in act) {
            heap.push({ rank: act.push });
            ranks.push(act.push);
          } else if (heap.least) {
            heap.least.rank += act.raise;
            heap.moveLeast();
            ranks[0]! += act.raise;
          } else heap.moveLeast();
          ranks.sort((one, other) => one - other);
          expect(heap.least?.rank).to.equal(ranks[0]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('should compare as many as the logarithm of how many there are', () => {
    const ranksReadWith = (waiting: number) => {
      let read = 0;
      const heap = new Heap<Item>(({ rank }) => {
        read++;
        return rank;
      });
      for (let rank = 0; rank < waiting; rank++) heap.push({ rank });
      read = 0;
      for (let n = 0; n < 100; n++) {
        heap.push({ rank: -n });
        heap.shift();
        heap.push(heap.shift()!);
      }
      return read / 100;
    };
    expect(ranksReadWith(1_000)).to.be.at.most(8 * 10);
    expect(ranksReadWith(100_000)).to.be.at.most(8 * 17);
  });
});
