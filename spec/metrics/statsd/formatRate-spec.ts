import { expect } from 'chai';
import { formatRate } from '../../../src/metrics/statsd/formatRate.ts';

describe('formatRate', () => {
  it('should write nothing for 1, else digits and dots only, which make the count right', () => {
    expect(formatRate(1)).to.equal('');
    for (const [kept, count] of [
      [100, 300],
      [1, 4],
      [100, 1e10],
      [1, 3e9],
    ] as const) {
      const [, digits] = /^\|@([\d.]+)$/.exec(formatRate(kept / count))!;
      expect((kept * (1 / Number(digits))) / count).to.be.closeTo(1, 1e-9);
    }
  });
});
