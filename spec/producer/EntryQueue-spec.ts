import { expect } from 'chai';
import fc from 'fast-check';
import { Entry } from '../../src/producer/Entry.ts';
import { EntryQueue } from '../../src/producer/EntryQueue.ts';

const entry = (value: string, arrivedAt = 0, bytes = 1) =>
  new Entry(value, Buffer.from(value), 'key', undefined, bytes, arrivedAt);
const names = (entries: readonly Entry<string>[]) => entries.map(({ value }) => value).join('');

function queueOf(values: string): EntryQueue<string> {
  const queue = new EntryQueue<string>();
  Array.from(values).forEach((value, index) => queue.push(entry(value, index)));
  return queue;
}

/** Takes so many, or all. */
function take(queue: EntryQueue<string>, count = Infinity): Entry<string>[] {
  const taken: Entry<string>[] = [];
  while (taken.length < count && queue.first) taken.push(queue.shift()!);
  return taken;
}

describe('EntryQueue', () => {
  it('should give them in the order of their arrival, and know their count and bytes', () => {
    const queue = new EntryQueue<string>();
    for (const [index, value] of Array.from('abc').entries()) queue.push(entry(value, index, 10 + index));
    expect([queue.length, queue.bytes, queue.first?.value]).to.deep.equal([3, 33, 'a']);
    expect(queue.shift()?.value).to.equal('a');
    expect([queue.length, queue.bytes, queue.first?.value]).to.deep.equal([2, 23, 'b']);
    expect(names(take(queue))).to.equal('bc');
    expect([queue.length, queue.bytes, queue.first, queue.shift()]).to.deep.equal([0, 0, undefined, undefined]);
  });

  it('should have nothing due that waits for company, until a flush', () => {
    const queue = queueOf('ab');
    expect([queue.isDue, queue.firstLingering?.value]).to.deep.equal([false, 'a']);
    queue.flush();
    queue.push(entry('c', 9));
    expect([queue.isDue, queue.firstLingering?.value]).to.deep.equal([true, 'c']);
    expect(names(take(queue, 2))).to.equal('ab');
    expect([queue.isDue, queue.firstLingering?.value]).to.deep.equal([false, 'c']);
  });

  it('should give what is put back first, as due', () => {
    const queue = queueOf('abcd');
    queue.putBack(take(queue, 2));
    expect([queue.isDue, queue.length, queue.bytes]).to.deep.equal([true, 4, 4]);
    expect(queue.firstLingering?.value).to.equal('c');
    expect(names(take(queue, 2))).to.equal('ab');
    expect(queue.isDue).to.be.false;
  });

  it('should give the oldest first of what was put back, in whatever order that came', () => {
    const queue = queueOf('abcdefg');
    const [first, second] = [take(queue, 3), take(queue, 3)];
    queue.putBack(second);
    queue.putBack(first.slice(1));
    expect(names(take(queue))).to.equal('bcdefg');
  });

  it('should keep due what a flush has covered while others come back and go', () => {
    const queue = queueOf('abcd');
    const first = take(queue, 2);
    queue.flush();
    queue.putBack(first);
    queue.push(entry('e', 9));
    expect(names(take(queue, 3))).to.equal('abc');
    expect([queue.isDue, queue.firstLingering?.value]).to.deep.equal([true, 'e']);
    take(queue, 1);
    expect(queue.isDue).to.be.false;
  });

  it('should tell what is due from what is not when it is drained', () => {
    const queue = queueOf('abcd');
    queue.putBack(take(queue, 1));
    queue.flush();
    for (const value of 'ef') queue.push(entry(value, 9));
    const { due, lingering } = queue.drain();
    expect([names(due), names(lingering)]).to.deep.equal(['abcd', 'ef']);
    expect([queue.length, queue.bytes, queue.isDue]).to.deep.equal([0, 0, false]);
  });

  it('should have nothing after a clear', () => {
    const queue = queueOf('abcd');
    queue.putBack(take(queue, 2));
    queue.flush();
    queue.clear();
    const { length, bytes, first, firstLingering, isDue } = queue;
    expect([length, bytes, first, firstLingering, isDue]).to.deep.equal([0, 0, undefined, undefined, false]);
    queue.push(entry('x'));
    expect([queue.isDue, queue.firstLingering?.value]).to.deep.equal([false, 'x']);
  });

  it('should be as an array of records with marks, whatever is done', () => {
    const step = fc.oneof(
      fc.constantFrom('push' as const, 'push' as const, 'flush' as const, 'drain' as const),
      fc.record({ take: fc.nat(4) }),
      fc.record({ back: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new EntryQueue<string>();
        let model: { readonly entry: Entry<string>; isDue: boolean }[] = [];
        let [now, out] = [0, [] as Entry<string>[]];
        for (const act of steps) {
          if (act === 'push') {
            const pushed = entry(`${now};`, now++, 1 + (now % 5));
            queue.push(pushed);
            model.push({ entry: pushed, isDue: false });
          } else if (act === 'flush') {
            queue.flush();
            for (const each of model) each.isDue = true;
          } else if (act === 'drain') {
            const { due, lingering } = queue.drain();
            for (const [drained, isDue] of [[due, true] as const, [lingering, false] as const]) {
              expect(names(drained)).to.equal(names(model.filter((each) => each.isDue === isDue).map((m) => m.entry)));
            }
            model = [];
          } else if ('take' in act) {
            const taken = take(queue, act.take);
            expect(names(taken)).to.equal(names(model.splice(0, act.take).map((each) => each.entry)));
            out.push(...taken);
          } else {
            const back = out.filter((_, index) => act.back[index % 5]);
            out = out.filter((each) => !back.includes(each));
            const inOrder = back.toSorted((a, b) => a.arrivedAt - b.arrivedAt);
            queue.putBack(inOrder);
            model.push(...inOrder.map((each) => ({ entry: each, isDue: true })));
            model.sort((a, b) => a.entry.arrivedAt - b.entry.arrivedAt);
          }
          expect(queue.length).to.equal(model.length);
          expect(queue.bytes).to.equal(model.reduce((sum, each) => sum + each.entry.bytes, 0));
          expect(queue.isDue).to.equal(model.some(({ isDue }) => isDue));
          expect(queue.first?.value).to.equal(model[0]?.entry.value);
          expect(queue.firstLingering?.value).to.equal(model.find(({ isDue }) => !isDue)?.entry.value);
        }
      }),
      { numRuns: 500 },
    );
  });
});
