import { expect } from 'chai';
import { describeMoves } from '../../../src/cli/checkpoints/describeMoves.ts';
import { directionOf } from '../../../src/cli/checkpoints/directionOf.ts';
import type { Checkpoint } from '../../../src/checkpoint/Lease.ts';
import { AFTER_A_SPLIT, leaseOf } from './leases.ts';

const at = (sequenceNumber: string, subSequenceNumber = 0): Checkpoint => ({ sequenceNumber, subSequenceNumber });
const time = (ms: number): Checkpoint => ({ atTimestamp: new Date(ms) });

describe('directionOf', () => {
  for (const [before, after, expected] of [
    ['TRIM_HORIZON', 'TRIM_HORIZON', 'none'],
    [at('5'), at('5'), 'none'],
    [at('99'), at('100'), 'forward'],
    [at('100'), at('99'), 'back'],
    [at('5', 1), at('5', 0), 'back'],
    ['SHARD_END', at('5'), 'back'],
    ['SHARD_END', 'LATEST', 'back'],
    [at('5'), 'SHARD_END', 'forward'],
    [at('5'), 'LATEST', 'forward'],
    [at('5'), 'TRIM_HORIZON', 'back'],
    ['TRIM_HORIZON', at('5'), 'forward'],
    ['TRIM_HORIZON', time(5), 'forward'],
    ['LATEST', at('5'), 'back'],
    ['LATEST', time(5), 'back'],
    [time(5), time(6), 'forward'],
    [time(6), time(5), 'back'],
    [at('5'), time(5), 'unknown'],
    [time(5), at('5'), 'unknown'],
  ] as const) {
    it(`should be ${expected} from ${JSON.stringify(before)} to ${JSON.stringify(after)}`, () => {
      expect(directionOf(before, after)).to.equal(expected);
    });
  }
});

describe('describeMoves', () => {
  const described = (...moves: readonly (readonly [index: number, to: Checkpoint])[]) =>
    describeMoves(
      moves.map(([index, to]) => ({ lease: AFTER_A_SPLIT[index]!, to })),
      AFTER_A_SPLIT,
    ).split('\n');

  it('should say what is delivered again, what is skipped, and what may be either', () => {
    const lines = described([2, 'LATEST'], [0, 'LATEST'], [1, at('8')], [3, time(5)]);
    expect(lines.slice(0, 3)).to.deep.equal([
      '1 shard goes back: records that were processed are delivered again.',
      '2 shards go forward: the records between are SKIPPED, and delivered to nobody.',
      '1 shard goes to a time: the records between are delivered again if they were processed, and SKIPPED if they were not.',
    ]);
    expect(lines[3]).to.match(/^2 shards are being read: whoever reads one gives it up at its next write/);
    expect(lines).to.have.lengthOf(4);
  });

  it('should say that nobody reads what is written to a shard that is put to its end, unless it is known to have ended', () => {
    const ending = [
      { lease: AFTER_A_SPLIT[1]!, to: 'SHARD_END' as const },
      { lease: leaseOf('split'), to: 'SHARD_END' as const },
      { lease: AFTER_A_SPLIT[0]!, to: 'SHARD_END' as const },
    ];
    const all = [...AFTER_A_SPLIT, leaseOf('child-3', { parentShardIds: ['split'] })];
    expect(describeMoves(ending, all)).to.match(
      /\n1 shard counts as read to the end: what is written there FROM NOW ON is delivered to nobody either\. .*--verify asks Kinesis\.\n/,
    );
    expect(describeMoves(ending, all, true)).not.to.include('FROM NOW ON');
    expect(describeMoves(ending.slice(1), all)).not.to.include('FROM NOW ON');
  });

  it('should say which children stay where they are while their parent is read again', () => {
    expect(described([0, 'TRIM_HORIZON'], [1, 'TRIM_HORIZON']).at(-1)).to.match(
      /^Children stay where they are: child-2\. .*wait until their parents have been read to the end again\.$/,
    );
  });
});
