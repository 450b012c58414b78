import { expect } from 'chai';
import fc from 'fast-check';
import { Fifo } from '../../src/internal/Fifo.ts';
import { collectGarbage } from '../producer/collectGarbage.ts';
import { countMoved } from '../producer/countMoved.ts';

describe('Fifo', () => {
  it('should give what was added first', () => {
    const fifo = new Fifo(['a']);
    fifo.push('b');
    expect([fifo.first, fifo.at(1), fifo.at(2), fifo.length]).to.deep.equal(['a', 'b', undefined, 2]);
    expect([fifo.shift(), fifo.shift(), fifo.shift()]).to.deep.equal(['a', 'b', undefined]);
    expect([fifo.first, fifo.length]).to.deep.equal([undefined, 0]);
  });

  it('should keep what it was made of as it is', () => {
    const items = ['a', 'b'];
    new Fifo(items).shift();
    expect(items).to.deep.equal(['a', 'b']);
  });

  it('should be as an array, whatever is done', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ push: fc.nat(50) }) },
      { weight: 4, arbitrary: fc.record({ shift: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(200), (steps, index) => {
        const [fifo, model] = [new Fifo<number>(), [] as number[]];
        let next = 0;
        for (const act of steps) {
          if (act === 'clear') {
            fifo.clear();
            model.length = 0;
          } else if ('push' in act) {
            for (let n = 0; n < act.push; n++) {
              fifo.push(next);
              model.push(next++);
            }
          } else for (let n = 0; n < act.shift; n++) expect(fifo.shift()).to.equal(model.shift());
          expect([fifo.length, fifo.first, fifo.at(index)]).to.deep.equal([model.length, model[0], model[index]]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('should move no more items than were taken, however many wait', () => {
    for (const waiting of [10, 1_000, 100_000]) {
      const fifo = new Fifo<number>();
      for (let n = 0; n < waiting; n++) fifo.push(n);
      const moved = countMoved(() => {
        for (let n = 0; n < 5_000; n++) {
          fifo.push(n);
          fifo.shift();
        }
      });
      expect(moved).to.be.at.most(5_000);
    }
  });

  it('should hold nothing that was taken', async () => {
    const fifo = new Fifo<object>();
    fifo.push({});
    fifo.push({});
    const [taken, kept] = [new WeakRef(fifo.shift()!), new WeakRef(fifo.first!)];
    await collectGarbage();
    expect(taken.deref()).to.be.undefined;
    expect(kept.deref()).to.equal(fifo.first);
  });
});
