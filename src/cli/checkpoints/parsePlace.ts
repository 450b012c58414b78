import { InvalidArgumentError } from 'commander';
import type { Checkpoint } from '../../index.ts';
import { isTimeLike, parseTime } from './parseTime.ts';

const STARTS = ['TRIM_HORIZON', 'LATEST'] as const;
const POSITION = /^(0|[1-9]\d{0,128})(?::(0|[1-9]\d{0,14}))?$/;
const START = 'TRIM_HORIZON, LATEST, or a time such as 2026-02-03T04:05:06Z';

/** Reads where a shard should go on: what `checkpoints show` prints, or a start. */
export function parsePlace(given: string): Checkpoint {
  if (given === 'SHARD_END') return given;
  const [, sequenceNumber, sub = '0'] = POSITION.exec(given) ?? [];
  if (sequenceNumber !== undefined) return { sequenceNumber, subSequenceNumber: Number(sub) };
  return startIn(
    given,
    `It must be a sequence number of 1 to 129 digits, with :0 to :${'9'.repeat(15)} behind it for a record within an aggregate, ` +
      `or ${START}, or SHARD_END. checkpoints show prints what it takes.`,
  );
}

/** Reads where all shards should begin. */
export function parseStart(given: string): Checkpoint {
  return startIn(given, `It must be ${START}. For a sequence number, which is of one shard, use checkpoints set.`);
}

function startIn(given: string, otherwise: string): Checkpoint {
  const start = STARTS.find((each) => each === given);
  if (start !== undefined) return start;
  if (isTimeLike(given)) return { atTimestamp: parseTime(given) };
  throw new InvalidArgumentError(otherwise);
}
