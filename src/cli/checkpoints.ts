import type { Command } from 'commander';
import type { Checkpoint } from '../index.ts';
import { checkLengths } from './checkpoints/checkLengths.ts';
import { chooseLeases } from './checkpoints/chooseLeases.ts';
import { failureLine } from './checkpoints/failureLine.ts';
import type { LeaseStore } from './checkpoints/LeaseStore.ts';
import { moveCheckpoints, type MoveFlags } from './checkpoints/moveCheckpoints.ts';
import type { KinesisFlags } from './checkpoints/openKinesis.ts';
import { openStore } from './checkpoints/openStore.ts';
import { parsePlace, parseStart } from './checkpoints/parsePlace.ts';
import { planReset } from './checkpoints/planReset.ts';
import { showCheckpoints, type ShowFlags } from './checkpoints/showCheckpoints.ts';
import type { StoreFlags } from './checkpoints/StoreFlags.ts';
import { parseEndpoint, storeOptions } from './checkpoints/storeOptions.ts';
import { verifyMoves } from './checkpoints/verifyMoves.ts';
import { WrongInput } from './checkpoints/WrongInput.ts';

const WRONG_USAGE = 2;

interface SetFlags extends MoveFlags, KinesisFlags {
  readonly verify: boolean;
  readonly shard: readonly string[];
  readonly to: Checkpoint;
}

interface ResetFlags extends MoveFlags {
  readonly to: Checkpoint;
}

/** `rxjs-kinesis checkpoints`: who reads which shard and how far it is, and how that is changed while workers run. */
export function checkpoints(program: Command): void {
  const group = program
    .command('checkpoints')
    .summary('see and change where an application is, in Redis or DynamoDB')
    .description('Shows who reads which shard of a stream and how far it is, and changes that while workers run.');

  storeOptions(group.command('show'))
    .description('Shows the leases of a stream: who reads each shard, and how far it is. Changes and creates nothing.')
    .option('--shard <id>', 'only this shard; may be given again', collect)
    .option('--lag', 'ask Kinesis how far each shard is behind, by one record of it', false)
    .option('--kinesis-endpoint <url>', 'the Kinesis to ask, where it is not that of AWS', parseEndpoint)
    .option('--json', 'print nothing but one JSON object', false)
    .action((flags: ShowFlags, command: Command) => withStore(flags, command, (open) => showCheckpoints(open, flags)));

  movingOptions(group.command('set'))
    .description(
      'Puts shards to a place, earlier or later, while workers run: who reads one gives it up, and it is read from there.',
    )
    .requiredOption('--shard <id>', 'the shard; may be given again', collect)
    .requiredOption(
      '--to <place>',
      'all up to and including this sequence number[:sub-sequence number] is done; or TRIM_HORIZON, LATEST, SHARD_END, or a time such as 2026-02-03T04:05:06Z',
      parsePlace,
    )
    .option('--verify', 'ask Kinesis first whether the shard has this place', false)
    .option('--kinesis-endpoint <url>', 'the Kinesis to ask, where it is not that of AWS', parseEndpoint)
    .action((flags: SetFlags, command: Command) => {
      const { shard, to } = flags;
      if (shard.length > 1 && typeof to === 'object' && 'sequenceNumber' in to) {
        command.error(
          `error: a sequence number is of one shard, and --shard was given ${shard.length} times. Give it for each shard by itself.`,
        );
      }
      return withStore(flags, command, (open) =>
        moveCheckpoints(open, flags, async (leases) => {
          const moves = chooseLeases(leases, shard).map((lease) => ({ lease, to }));
          if (flags.verify) await verifyMoves(moves, flags);
          else checkLengths(moves, leases);
          return moves;
        }),
      );
    });

  movingOptions(group.command('reset'))
    .description(
      'Puts all shards of a stream to a start, while workers run, those that were read to their end included.',
    )
    .option('--shard <id>', 'only this shard; may be given again', collect)
    .option(
      '--to <start>',
      'TRIM_HORIZON, LATEST, or a time such as 2026-02-03T04:05:06Z',
      parseStart,
      'TRIM_HORIZON' as Checkpoint,
    )
    .action((flags: ResetFlags, command: Command) =>
      withStore(flags, command, (open) =>
        moveCheckpoints(open, flags, (leases) => planReset(chooseLeases(leases, flags.shard), leases, flags.to)),
      ),
    );
}

const movingOptions = (command: Command) =>
  storeOptions(command)
    .option('--yes', 'write without asking', false)
    .option('--json', 'print nothing but one JSON object to standard output', false);

const collect = (given: string, before: readonly string[] = []): readonly string[] => [...before, given];

async function withStore(
  flags: StoreFlags,
  command: Command,
  work: (open: LeaseStore) => Promise<void>,
): Promise<void> {
  try {
    const open = await openStore(flags);
    try {
      await work(open);
    } finally {
      open.close();
    }
  } catch (error) {
    if (error instanceof WrongInput) command.error(`error: ${failureLine(error)}`, { exitCode: WRONG_USAGE });
    throw new Error(failureLine(error), { cause: error });
  }
}
