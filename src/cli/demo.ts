import { type Command, Option } from 'commander';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { describeDemo } from './demo/describeDemo.ts';
import type { DemoMetrics } from './demo/DemoMetrics.ts';
import type { DemoOptions } from './demo/DemoOptions.ts';
import { makeView } from './demo/makeView.ts';
import { resultTable } from './demo/resultTable.ts';
import { runDemo } from './demo/runDemo.ts';
import { METRICS_KINDS, type MetricsKind, startMetrics } from './demo/startMetrics.ts';
import { integerOption } from './integerOption.ts';
import { untilSignal } from './untilSignal.ts';
import { wrapWords } from './wrapWords.ts';

const FAILED = 1;
/** 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;
const METRICS_PORT = '--metrics-port <port>';

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
    .addOption(
      new Option(
        '--metrics <where>',
        'report the metrics of the run: to be scraped, to an agent, or here at the end',
      ).choices(METRICS_KINDS),
    )
    .addOption(
      integerOption(METRICS_PORT, 'where --metrics prometheus listens, 0 for any that is free', {
        min: 0,
        max: 65_535,
        default: 0,
      }),
    )
    .option(
      '--json',
      'print nothing but the result, as one JSON object (npm prints its own lines, but for: npm run -s demo -- --json)',
      false,
    )
    .action(run);
}

interface Flags extends DemoOptions {
  readonly metrics?: MetricsKind;
  readonly metricsPort: number;
  readonly json: boolean;
}

async function run({ json, metrics: kind, metricsPort, ...options }: Flags, command: Command): Promise<void> {
  if (kind !== 'prometheus' && command.getOptionValueSource('metricsPort') === 'cli') {
    command.error(`error: option '${METRICS_PORT}' goes with --metrics prometheus`);
  }
  // On Node 20 the SDK would write eight lines of warning into the live view; the guide tells of it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const interrupted = from(firstValueFrom(untilSignal()));
  const metrics = await startMetrics(kind, metricsPort);
  try {
    await show(options, json, metrics, interrupted);
  } finally {
    await metrics.close();
  }
}

async function show(
  options: DemoOptions,
  json: boolean,
  metrics: DemoMetrics,
  interrupted: Observable<unknown>,
): Promise<void> {
  // Beside --json standard output has the result alone.
  const say = json ? console.error : console.log;
  const view = makeView(json);
  if (!json) say(`\n${wrapWords(describeDemo(options))}\n`);
  if (metrics.about) say(`${wrapWords(metrics.about)}\n`);
  const report = await runDemo(options, view, metrics.collector, interrupted).finally(() => view.close());
  if (!report) {
    process.exitCode = INTERRUPTED;
    return;
  }
  const { result, remarks } = report;
  console.log(json ? JSON.stringify(result) : `${resultTable(result)}\n${wrapWords(remarks.join('\n'))}`);
  if (metrics.summary) say(`\n${metrics.summary()}`);
  if (result.lost > 0 || result.outOfOrder > 0) process.exitCode = FAILED;
  if (!metrics.outlivesRun) return;
  say(`\n${wrapWords(metrics.about)}\nStill served; Ctrl-C ends it.`);
  await firstValueFrom(interrupted);
}
