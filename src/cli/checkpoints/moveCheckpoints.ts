import { lastValueFrom, tap } from 'rxjs';
import type { Lease } from '../../index.ts';
import { wrapWords } from '../wrapWords.ts';
import { askYesNo } from './askYesNo.ts';
import { describeMoves } from './describeMoves.ts';
import { formatPlace } from './formatPlace.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { Move, Moved } from './Move.ts';
import { moveShards } from './moveShards.ts';
import { moveTable } from './moveTable.ts';
import { readLeases } from './readLeases.ts';
import type { StoreFlags } from './StoreFlags.ts';
import { WrongInput } from './WrongInput.ts';

const FAILED = 1;

export interface MoveFlags extends StoreFlags {
  readonly shard?: readonly string[];
  /** Whether the places are compared with what Kinesis says. */
  readonly verify?: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Shows what will be, asks unless told not to, writes, and prints what was and is. */
export async function moveCheckpoints(
  open: LeaseStore,
  flags: MoveFlags,
  plan: (leases: readonly Lease[]) => readonly Move[] | Promise<readonly Move[]>,
  ask: (question: string) => Promise<boolean | undefined> = askYesNo,
): Promise<void> {
  // Beside --json standard output has the result alone.
  const say = flags.json ? console.error : console.log;
  const leases = await readLeases(open, flags);
  const moves = await plan(leases);
  say(`${flags.application} reads ${flags.stream}: leases in ${open.place}`);
  // Where nobody is asked the table that is printed behind it will do.
  if (moves.length > 0 && !flags.yes) say(moveTable(moves));
  if (moves.length > 0) say(wrapWords(describeMoves(moves, leases, flags.verify)));
  if (moves.length > 0 && !flags.yes) {
    const answer = await ask('Write this?');
    if (answer === undefined) {
      throw new WrongInput(
        'nothing was written, as there is no terminal to ask on. Give --yes if this is what you want.',
      );
    }
    if (!answer) {
      say('Nothing was written.');
      process.exitCode = FAILED;
      return;
    }
  }
  await write(open, flags, moves, say);
}

async function write(open: LeaseStore, flags: MoveFlags, moves: readonly Move[], say: (text: string) => void) {
  const moved: Moved[] = [];
  try {
    await lastValueFrom(moveShards(open, moves).pipe(tap((each) => moved.push(each))), { defaultValue: undefined });
  } finally {
    // What was written is told whatever came after it: where the shards were is the way back.
    const { application, stream } = flags;
    if (flags.json) console.log(JSON.stringify({ application, stream, store: open.kind, moved: moved.map(movedJson) }));
    else if (moved.length === 0) say('Nothing was written.');
    else say(`Written:\n${moveTable(moved.map(({ before, after }) => ({ lease: before, to: after.checkpoint })))}`);
  }
}

const movedJson = ({ before, after }: Moved) => ({
  shardId: before.shardId,
  owner: before.owner ?? null,
  before: formatPlace(before.checkpoint),
  after: formatPlace(after.checkpoint),
});
