import type { Command } from 'commander';
import { firstValueFrom, from } from 'rxjs';
import { describeDemo } from './demo/describeDemo.ts';
import type { DemoOptions } from './demo/DemoOptions.ts';
import { makeView } from './demo/makeView.ts';
import { resultTable } from './demo/resultTable.ts';
import { runDemo } from './demo/runDemo.ts';
import { integerOption } from './integerOption.ts';
import { untilSignal } from './untilSignal.ts';
import { wrapWords } from './wrapWords.ts';

const FAILED = 1;
/** 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;

/** `rxjs-kinesis demo`: writes, reads, and disturbs a stream in memory, and counts what came of it. */
export function demo(program: Command): void {
  program
    .command('demo')
    .summary('see nothing get lost, offline and without credentials')
    .description(
      'Writes and reads a stream in memory through the AWS SDK, while shards split, merge and are throttled, calls fail, ' +
        'and the reader crashes. Exits with 1 if a record is lost, or out of order within its key.',
    )
    .addOption(integerOption('--records <count>', 'records to write', { min: 100, max: 5_000_000, default: 50_000 }))
    .addOption(integerOption('--shards <count>', 'shards at the start', { min: 2, max: 500, default: 4 }))
    .addOption(
      integerOption('--seed <number>', 'of what is drawn at random, not of the timing', {
        min: 0,
        max: 4_294_967_295,
        default: 1,
      }),
    )
    .option('--json', 'print nothing but the result, as one JSON object', false)
    .action(run);
}

async function run({ json, ...options }: DemoOptions & { readonly json: boolean }): Promise<void> {
  const interrupted = from(firstValueFrom(untilSignal()));
  const view = makeView(json);
  if (!json) console.log(`\n${wrapWords(describeDemo(options))}\n`);
  const report = await runDemo(options, view, interrupted).finally(() => view.close());
  if (!report) {
    process.exitCode = INTERRUPTED;
    return;
  }
  const { result, remarks } = report;
  console.log(json ? JSON.stringify(result) : `${resultTable(result)}\n${wrapWords(remarks.join('\n'))}`);
  if (result.lost > 0 || result.outOfOrder > 0) process.exitCode = FAILED;
}
