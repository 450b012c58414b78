import { expect } from 'chai';
import { formatAge } from '../../../src/cli/checkpoints/formatAge.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('formatAge', () => {
  for (const [ms, text] of [
    [0, '0 s'],
    [999, '0 s'],
    [MINUTE - 1, '59 s'],
    [MINUTE, '1 min'],
    [HOUR - 1, '59 min'],
    [HOUR, '1 h'],
    [DAY - 1, '23 h'],
    [DAY, '1 d'],
    [400 * DAY, '400 d'],
    [-5_000, '0 s'],
  ] as const) {
    it(`should say ${text} for ${ms} ms`, () => {
      expect(formatAge(ms)).to.equal(text);
    });
  }
});
