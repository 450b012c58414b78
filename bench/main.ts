import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { Command } from 'commander';

/*
 * npm run bench -- [names...] [--json]
 *
 * Each benchmark is a function that resolves with ratios by name; those of one are run after each other, never at the same time.
 */

type Benchmark = () => Promise<Record<string, number>>;

/** File and export of each benchmark. */
const benchmarks: Readonly<Record<string, readonly [file: string, name: string]>> = {
  consumer: ['./consumer.ts', 'consumer'],
  producer: ['./producer.ts', 'producer'],
  order: ['./order.ts', 'order'],
  local: ['./local-kinesis.ts', 'localKinesis'],
  metrics: ['./metrics.ts', 'metrics'],
  aggregate: ['./aggregate.ts', 'aggregate'],
};

const known = Object.keys(benchmarks).filter((name) => existsSync(new URL(fileOf(name), import.meta.url)));

const command = new Command('bench')
  .description('Compares the library with bare loops of the AWS SDK, in one run and against the same server.')
  .argument('[names...]', `which of ${known.join(', ')}; default: all`)
  .option('--json', 'print only one JSON object: ratio by name')
  .action(async (names: string[], options: { json?: true }) => {
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      command.error(`names must be of ${known.join(', ')}; got ${unknown.join(', ')}`, { exitCode: 2 });
    }
    const ratios: Record<string, number> = {};
    for (const name of names.length > 0 ? names : known) Object.assign(ratios, await (await load(name))());
    const rounded = Object.entries(ratios).map(([name, ratio]) => [name, Number(ratio.toFixed(3))] as const);
    if (options.json) {
      console.log(JSON.stringify(Object.fromEntries(rounded)));
      return;
    }
    const table = new Table({ head: ['benchmark', 'ratio'], style: { head: [] } });
    table.push(...rounded.map(([name, ratio]) => [name, ratio]));
    console.log(table.toString());
    console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`);
  });

await command.parseAsync();

function fileOf(name: string): string {
  return benchmarks[name]?.[0] ?? '';
}

async function load(name: string): Promise<Benchmark> {
  const [file = '', exported = ''] = benchmarks[name] ?? [];
  const module = (await import(file)) as Record<string, Benchmark>;
  const benchmark = module[exported];
  if (!benchmark) throw new Error(`${file} does not export ${exported}`);
  return benchmark;
}
