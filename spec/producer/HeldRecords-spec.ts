import { expect } from 'chai';
import { HeldRecords } from '../../src/producer/HeldRecords.ts';
import { hands } from '../support/hands.ts';

describe('HeldRecords', () => {
  it('should hold records of a stream until they are let go, one or all', () => {
    const { record, inHand } = hands();
    const held = new HeldRecords();
    const [a, b, c] = ['a', 'b', 'c'].map((data) => record(data));
    for (const value of [a, b, c, 'no record']) held.hold(value);
    expect(inHand()).to.equal('abc');
    held.unhold(b);
    held.unhold('no record');
    expect(inHand()).to.equal('ac');
    held.unholdAll();
    expect(inHand()).to.equal('');
  });

  it('should let go once, and only what it holds', () => {
    const { record } = hands();
    let unheld = 0;
    const counted = Object.assign(record('a'), { unhold: () => unheld++ });
    const held = new HeldRecords();
    held.unhold(counted);
    held.hold(counted);
    held.unhold(counted);
    held.unhold(counted);
    held.unholdAll();
    expect(unheld).to.equal(1);
  });
});
