import { expect } from 'chai';
import { Ledger, type StoredOrder } from '../../../src/cli/demo/Ledger.ts';

describe('Ledger', () => {
  /** A stream of six orders: those of customer a have even ids, those of b odd ones. */
  const stream: StoredOrder[] = [0, 1, 2, 3, 4, 5].map((id) => ({ id, customer: id % 2 === 0 ? 'a' : 'b' }));

  const balance = (readers: readonly (readonly number[])[], stored: readonly StoredOrder[] = stream) => {
    const ledger = new Ledger(6);
    for (const deliveries of readers) {
      ledger.startReader();
      for (const id of deliveries) ledger.deliver(id);
    }
    return ledger.balance(stored);
  };

  it('should find everything in its place', () => {
    expect(balance([[0, 1, 2, 3, 4, 5]])).to.deep.equal({
      written: 6,
      delivered: 6,
      distinct: 6,
      redelivered: 0,
      lost: 0,
      outOfOrder: 0,
    });
  });

  it('should let customers overtake each other', () => {
    expect(balance([[1, 3, 5, 0, 2, 4]])).to.include({ lost: 0, outOfOrder: 0 });
  });

  it('should say that nothing came of nothing', () => {
    expect(balance([[]], [])).to.deep.equal({
      written: 0,
      delivered: 0,
      distinct: 0,
      redelivered: 0,
      lost: 6,
      outOfOrder: 0,
    });
  });

  it('should count what is in the stream and was not delivered as lost', () => {
    expect(balance([[0, 1, 2, 3, 4]])).to.include({ written: 6, distinct: 5, lost: 1 });
  });

  it('should count what never came into the stream as lost too', () => {
    expect(balance([[0, 1, 2, 3, 4]], stream.slice(0, 5))).to.include({ written: 5, distinct: 5, lost: 1 });
  });

  it('should let a reader repeat what the one before had, from any place on', () => {
    const result = balance([
      [0, 1, 2, 3],
      [2, 1, 3, 5, 4],
    ]);
    expect(result).to.deep.equal({
      written: 6,
      delivered: 9,
      distinct: 6,
      redelivered: 3,
      lost: 0,
      outOfOrder: 0,
    });
  });

  it('should let one reader repeat what it had itself', () => {
    expect(balance([[0, 2, 0, 2, 4, 1, 3, 5]])).to.include({ redelivered: 2, outOfOrder: 0 });
  });

  it('should find two that were swapped', () => {
    expect(balance([[0, 4, 2, 1, 3, 5]])).to.include({ lost: 0, outOfOrder: 1 });
  });

  it('should find two that were swapped in a repetition', () => {
    const result = balance([
      [0, 1, 2, 3],
      [2, 0, 1, 3, 4, 5],
    ]);
    expect(result).to.include({ lost: 0, outOfOrder: 1 });
  });

  it('should find what the next reader skipped at first', () => {
    const result = balance([
      [0, 1, 3, 5],
      [4, 2],
    ]);
    expect(result).to.include({ lost: 0, outOfOrder: 1 });
  });

  it('should find what the next reader brings too late, though itself in order', () => {
    const result = balance([
      [0, 4, 1, 3, 5],
      [2, 4],
    ]);
    expect(result).to.include({ lost: 0, outOfOrder: 1 });
  });

  it('should go by the order of the stream, whatever was written first', () => {
    const turned = [...stream].reverse();
    expect(balance([[5, 4, 3, 2, 1, 0]], turned)).to.include({ outOfOrder: 0 });
    expect(balance([[0, 1, 2, 3, 4, 5]], turned)).to.include({ outOfOrder: 4 });
  });

  it('should ask no order of what a retry wrote twice, and count it as written once', () => {
    const stored = [...stream, { id: 0, customer: 'a' }];
    expect(balance([[2, 4, 0, 1, 3, 5, 0]], stored)).to.include({ written: 6, redelivered: 1, outOfOrder: 0 });
  });

  it('should know when all have come', () => {
    const ledger = new Ledger(2);
    ledger.startReader();
    ledger.deliver(1);
    ledger.deliver(1);
    expect(ledger).to.include({ isComplete: false, delivered: 2, distinct: 1 });
    ledger.deliver(0);
    expect(ledger).to.include({ isComplete: true, delivered: 3, distinct: 2 });
  });

  it('should refuse an order that there is not', () => {
    expect(() => new Ledger(2).deliver(2)).to.throw(RangeError, 'id must be below 2; got 2');
  });
});
