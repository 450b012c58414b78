import { expect } from 'chai';
import { Entry } from '../../src/producer/Entry.ts';
import { EntryQueue } from '../../src/producer/EntryQueue.ts';

const limits = { maxBatchRecords: 3, maxBatchBytes: 100 };
const entry = (value: string, arrivedAt = 0, bytes = 1) =>
  new Entry(value, Buffer.from(value), 'key', undefined, bytes, arrivedAt);
const names = (entries: readonly Entry<string>[] | undefined) => entries?.map(({ value }) => value).join('');

function queueOf(values: string): EntryQueue<string> {
  const queue = new EntryQueue<string>(limits);
  Array.from(values).forEach((value, index) => queue.push(entry(value, index)));
  return queue;
}

describe('EntryQueue', () => {
  it('should give full batches, and keep what is not full', () => {
    const queue = queueOf('abcd');
    expect(names(queue.take())).to.equal('abc');
    expect(queue.take()).to.be.undefined;
    expect(queue.length).to.equal(1);
  });

  it('should give what is due, and fill the batch with what is not', () => {
    const queue = queueOf('a');
    queue.flush();
    queue.push(entry('b'));
    expect(names(queue.take())).to.equal('ab');
    queue.push(entry('c'));
    expect(queue.take()).to.be.undefined;
  });

  it('should give what is put back first, as due', () => {
    const queue = queueOf('cd');
    queue.putBack([entry('a'), entry('b')]);
    expect(queue.firstLingering?.value).to.equal('c');
    expect(names(queue.take())).to.equal('abc');
    expect(queue.take()).to.be.undefined;
  });

  it('should give one that is larger than a batch alone', () => {
    const queue = new EntryQueue<string>(limits);
    for (const [value, bytes] of [
      ['a', 10],
      ['b', 500],
      ['c', 10],
    ] as const)
      queue.push(entry(value, 0, bytes));
    queue.flush();
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(names)).to.deep.equal([
      'a',
      'b',
      'c',
      undefined,
    ]);
  });

  it('should give up what is too old, wherever it is, and keep the others as due as they were', () => {
    const queue = queueOf('ab');
    queue.flush();
    queue.push(entry('c', 9));
    expect(names(queue.takeArrivedUntil(0))).to.equal('a');
    expect(queue.first?.value).to.equal('b');
    expect(queue.firstLingering?.value).to.equal('c');
    expect(names(queue.takeArrivedUntil(5))).to.equal('b');
    expect(queue.take()).to.be.undefined;
    expect(names(queue.takeArrivedUntil(9))).to.equal('c');
    expect(queue.first).to.be.undefined;
  });
});
