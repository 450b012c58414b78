import { expect } from 'chai';
import { timeIn } from '../../src/checkpoint/timeIn.ts';

describe('timeIn', () => {
  it('should read milliseconds, up to the last that a Date holds', () => {
    for (const ms of [0, -5, 1_700_000_000_000, 8.64e15, -8.64e15]) {
      expect(timeIn(String(ms))).to.deep.equal(new Date(ms));
    }
  });

  it('should find no time in anything else', () => {
    for (const text of [undefined, '', 'abc', '1.5', '1e3', ' 1', '8640000000000001', '9'.repeat(400)]) {
      expect(timeIn(text), text).to.equal(undefined);
    }
  });
});
