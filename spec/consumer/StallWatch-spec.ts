import { expect } from 'chai';
import fc from 'fast-check';
import type { ShardWindow } from '../../src/consumer/ShardWindow.ts';
import { StallWatch } from '../../src/consumer/StallWatch.ts';
import { StalledError } from '../../src/errors/StalledError.ts';

const window = (moves: number, blocking?: { isHeld: boolean; isOvertaken: boolean }) => {
  const position = { sequenceNumber: '7', subSequenceNumber: 0 };
  return { moves, blocking: blocking && { position, ...blocking } } as unknown as ShardWindow;
};
const dropped = { isHeld: false, isOvertaken: false };
const overtaken = { isHeld: false, isOvertaken: true };
const held = { isHeld: true, isOvertaken: true };

/** How many looks it takes to find the stall; undefined: it finds none in 20. */
function looksUntilStalled(...windows: readonly ShardWindow[]): number | undefined {
  const watch = new StallWatch('orders', 1_000);
  for (let look = 1; look <= 20; look += 1) {
    try {
      watch.look(
        windows.map((each, index) => ({ shardId: String(index), window: each, isBlocked: false })),
        false,
      );
    } catch (error) {
      expect(error).to.be.instanceOf(StalledError).and.to.include({ sequenceNumber: '7', streamName: 'orders' });
      return look;
    }
  }
  return undefined;
}

describe('StallWatch', () => {
  it('should find a record that was dropped after the time that it grants', () => {
    expect(looksUntilStalled(window(0, dropped))).to.equal(StallWatch.LOOKS + 1);
    expect(looksUntilStalled(window(0, overtaken))).to.equal(StallWatch.LOOKS + 1);
  });

  it('should be content with what is in hand, and where nothing waits', () => {
    expect(looksUntilStalled(window(0, held))).to.equal(undefined);
    expect(looksUntilStalled(window(5))).to.equal(undefined);
    expect(looksUntilStalled()).to.equal(undefined);
  });

  it('should take a record for waiting, not dropped, while others are in hand and none overtook it', () => {
    expect(looksUntilStalled(window(0, dropped), window(0, held))).to.equal(undefined);
    expect(looksUntilStalled(window(0, overtaken), window(0, held))).to.equal(StallWatch.LOOKS + 1);
  });

  it('should never find a stall where the watermark moved since the time began', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (moves) => {
        const watch = new StallWatch('orders', 1_000);
        const one = window(0, overtaken) as unknown as { moves: number };
        let still = -1;
        for (const isMove of moves) {
          if (isMove) one.moves += 1;
          still = isMove ? 0 : still + 1;
          if (still >= StallWatch.LOOKS) return;
          expect(() =>
            watch.look([{ shardId: 'a', window: one as unknown as ShardWindow, isBlocked: false }], false),
          ).not.to.throw();
        }
      }),
    );
  });
});
