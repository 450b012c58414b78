import { expect } from 'chai';
import { nextCallMs } from '../../src/consumer/pacing.ts';

const UNLIMITED = { maxCallsPerSecond: Infinity, pollIntervalMs: 0 };
const MIB = 1024 * 1024;

describe('nextCallMs', () => {
  const outcome = { startedMs: 1_000, bytes: 0, isAtTip: false, isEmpty: false };

  it('should leave a gap after an empty answer, whatever the options say: nothing loops without a delay', () => {
    expect(nextCallMs({ ...outcome, isEmpty: true }, UNLIMITED)).to.be.above(1_000);
    expect(nextCallMs({ ...outcome, isEmpty: true, isAtTip: true }, UNLIMITED)).to.be.above(1_000);
    expect(nextCallMs({ ...outcome, bytes: 10 * MIB }, UNLIMITED)).to.equal(1_000);
  });

  it('should keep the calls and bytes a second, and wait at the tip', () => {
    const pace = { maxCallsPerSecond: 5, pollIntervalMs: 700 };

    expect(nextCallMs(outcome, pace)).to.equal(1_200);
    expect(nextCallMs({ ...outcome, isAtTip: true }, pace)).to.equal(1_700);
    expect(nextCallMs({ ...outcome, bytes: 10 * MIB }, pace)).to.equal(6_000);
  });
});
