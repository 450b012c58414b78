#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { checkpoints } from './checkpoints.ts';
import { demo } from './demo.ts';
import { local } from './local.ts';

const WRONG_USAGE = 2;
const FAILURE = 1;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
// Who reads along may have seen enough, as head has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command('rxjs-kinesis')
  .description(
    'Kinesis Data Streams in one RxJS pipe: see it work, run a Kinesis in memory, and see where an application is.',
  )
  .version(version)
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();
demo(program);
local(program);
checkpoints(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
  } else {
    console.error(`rxjs-kinesis: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = FAILURE;
  }
}
