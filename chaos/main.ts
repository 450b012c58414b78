import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { integerOption } from '../src/cli/integerOption.ts';
import { CAUSES } from './judge.ts';
import { type ChaosResult, runChaos } from './runChaos.ts';
import type { StoreKind } from './terms.ts';

/*
 * npm run chaos -- [--seconds N] [--store redis|dynamodb] [--seed N] [--json]
 *
 * Six worker processes share a stream of twelve shards through a real store, while they are killed, held up and stopped, the store is
 * restarted and the stream is resharded. Ends with 1 when a record is lost, or a contract broken.
 */

const KINDS: readonly StoreKind[] = ['redis', 'dynamodb'];
const MAX_SHOWN = 10;

await new Command('chaos')
  .description('Disturbs processes that share a stream, and counts what becomes of its records.')
  .addOption(
    integerOption('--seconds <n>', 'how long to disturb, with both stores together', {
      min: 10,
      max: 86_400,
      default: 180,
    }),
  )
  .addOption(new Option('--store <kind>', 'with which store').choices([...KINDS, 'both']).default('both'))
  .addOption(integerOption('--seed <n>', 'what chance begins with', { min: 0, max: 2 ** 32 - 1, default: 1 }))
  .option('--json', 'print only one JSON object a store')
  .action(async ({ seconds, store, seed, json }: { seconds: number; store: string; seed: number; json?: true }) => {
    const kinds = KINDS.filter((each) => store === 'both' || store === each);
    for (const kind of kinds) {
      const startedMs = performance.now();
      const report = (event: string) => {
        if (!json) console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${event}`);
      };
      const result = await runChaos({ store: kind, seconds: seconds / kinds.length, seed, report });
      console.log(json ? JSON.stringify(summaryOf(result)) : tableOf(result));
      for (const violation of result.violations.slice(0, MAX_SHOWN)) console.error(violation);
      const isGood = result.lost === 0 && result.violations.length === 0 && result.redelivered.unexplained === 0;
      if (!isGood) process.exitCode = 1;
    }
  })
  .parseAsync();

function summaryOf({ gapsMs, violations, ...rest }: ChaosResult) {
  const seconds = (gaps: readonly number[]) => ({
    shards: gaps.length,
    medianSeconds: medianOf(gaps) / 1_000,
    worstSeconds: gaps.reduce((most, gap) => Math.max(most, gap), 0) / 1_000,
  });
  return {
    ...rest,
    violations: violations.length,
    withoutReader: { stop: seconds(gapsMs.stop), kill: seconds(gapsMs.kill) },
  };
}

function tableOf(result: ChaosResult): string {
  const { withoutReader, incidents, redelivered, ...rest } = summaryOf(result);
  const table = new Table({ colAligns: ['left', 'right'], style: { head: [], border: [] } });
  for (const [name, value] of Object.entries(rest)) {
    table.push([name, typeof value === 'number' ? Math.round(value * 10) / 10 : value]);
  }
  for (const [kind, count] of Object.entries(incidents)) table.push([`incidents: ${kind}`, count]);
  for (const cause of CAUSES) table.push([`redelivered after: ${cause}`, redelivered[cause]]);
  for (const [kind, { shards, medianSeconds, worstSeconds }] of Object.entries(withoutReader)) {
    const [median, worst] = [medianSeconds.toFixed(2), worstSeconds.toFixed(2)];
    table.push([`without a reader after a ${kind}, of ${shards} shards`, `median ${median} s, worst ${worst} s`]);
  }
  return table.toString();
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
