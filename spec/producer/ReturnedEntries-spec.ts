import { expect } from 'chai';
import fc from 'fast-check';
import { ReturnedEntries } from '../../src/producer/ReturnedEntries.ts';
import { Entry } from '../../src/producer/Entry.ts';

const entry = (value: string, arrivedAt: number) => new Entry(value, Buffer.from(value), 'k', undefined, 1, arrivedAt);
const drain = (returned: ReturnedEntries<string>) =>
  Array.from({ length: returned.length + 1 }, () => returned.shift()?.value);

describe('ReturnedEntries', () => {
  it('should give the oldest first, whatever batch it came back with', () => {
    const returned = new ReturnedEntries<string>();
    returned.add([entry('b', 2), entry('e', 5)]);
    returned.add([entry('a', 1), entry('c', 3), entry('d', 4)]);
    returned.add([]);
    expect(returned.first?.value).to.equal('a');
    expect(drain(returned)).to.deep.equal(['a', 'b', 'c', 'd', 'e', undefined]);
  });

  it('should keep the order of a batch whose entries arrived at the same time', () => {
    const returned = new ReturnedEntries<string>();
    for (const batch of ['abc', 'def', 'ghi']) returned.add(Array.from(batch, (value) => entry(value, 7)));
    expect(drain(returned).join('')).to.match(/^(abc|def|ghi){3}$/);
  });

  it('should give all, in order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(50), { maxLength: 20 }), { maxLength: 20 }), (batches) => {
        const returned = new ReturnedEntries<string>();
        for (const times of batches) {
          const inOrder = times.toSorted((one, other) => one - other);
          returned.add(inOrder.map((time) => entry(String(time), time)));
        }
        const all = batches.flat().sort((one, other) => one - other);
        expect(returned.length).to.equal(all.length);
        expect(drain(returned)).to.deep.equal([...all.map(String), undefined]);
        expect(returned.length).to.equal(0);
      }),
    );
  });

  it('should have nothing after a clear', () => {
    const returned = new ReturnedEntries<string>();
    returned.add([entry('a', 1)]);
    returned.clear();
    expect([returned.length, returned.first, returned.shift()]).to.deep.equal([0, undefined, undefined]);
  });
});
