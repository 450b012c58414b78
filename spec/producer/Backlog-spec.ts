import { expect } from 'chai';
import { BufferFullError } from '../../src/errors/BufferFullError.ts';
import { Backlog } from '../../src/producer/Backlog.ts';
import { Entry } from '../../src/producer/Entry.ts';

const entry = (bytes: number) => new Entry('value', Buffer.alloc(0), 'k', undefined, bytes, 0);

describe('Backlog', () => {
  it('should refuse what is beyond its records, and count on without it', () => {
    const backlog = new Backlog('orders', { maxBufferedRecords: 2, maxBufferedBytes: 100 });
    backlog.add(entry(1));
    backlog.add(entry(2));
    expect(() => backlog.add(entry(3)))
      .to.throw(BufferFullError)
      .that.includes({ option: 'maxBufferedRecords', bufferedRecords: 2, value: 'value' });
    expect([backlog.records, backlog.bytes]).to.deep.equal([2, 3]);
    backlog.remove(1, 1);
    backlog.add(entry(3));
    expect([backlog.records, backlog.bytes]).to.deep.equal([2, 5]);
  });

  it('should refuse what is beyond its bytes, unless it is alone', () => {
    const backlog = new Backlog('orders', { maxBufferedRecords: 9, maxBufferedBytes: 10 });
    backlog.add(entry(50));
    expect(() => backlog.add(entry(1)))
      .to.throw(BufferFullError)
      .that.includes({ option: 'maxBufferedBytes', bufferedRecords: 1 });
    backlog.remove(1, 50);
    backlog.add(entry(4));
    backlog.add(entry(6));
    expect(() => backlog.add(entry(1))).to.throw(BufferFullError, 'maxBufferedBytes is 10');
  });
});
