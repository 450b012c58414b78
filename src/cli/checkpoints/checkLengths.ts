import type { Lease } from '../../index.ts';
import { formatPlace } from './formatPlace.ts';
import type { Move } from './Move.ts';
import { WrongInput } from './WrongInput.ts';

/** Refuses sequence numbers that have another length than all that the store holds: no shard has them, and each ends every worker that begins there. */
export function checkLengths(moves: readonly Move[], all: readonly Lease[]): void {
  const stored = all.flatMap(({ checkpoint }) => digitsOf(checkpoint) ?? []);
  if (stored.length === 0) return;
  for (const { to } of moves) {
    const digits = digitsOf(to);
    if (digits === undefined || stored.includes(digits)) continue;
    throw new WrongInput(
      `--to must be a place in the shard: ${formatPlace(to)} has ${digits} digits, and what the store holds of this stream has ` +
        `${stored[0]}. Copy one from checkpoints show, or from a record; or give --verify, which asks Kinesis.`,
    );
  }
}

const digitsOf = (place: Move['to']): number | undefined =>
  typeof place === 'object' && 'sequenceNumber' in place ? place.sequenceNumber.length : undefined;
