// Runs the built demo with many seeds, several at a time, and fails unless nothing was lost or out of order with any of them.
//
//   npm run demo:seeds              20 seeds, from 1
//   npm run demo:seeds -- 5 100     5 seeds, from 100
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';

interface Outcome {
  readonly seed: number;
  readonly exitCode: number | string;
  readonly lost?: number;
  readonly outOfOrder?: number;
  readonly redelivered?: number;
  readonly seconds?: number;
}

const [count = 20, first = 1] = process.argv.slice(2).map(Number);
if (![count, first].every(Number.isSafeInteger) || count < 1 || first < 0) {
  throw new RangeError(
    'expected how many seeds, at least 1, and the first of them, at least 0: npm run demo:seeds -- 20 1',
  );
}

/** A run mostly waits for the pace that Kinesis allows. */
const RUNS_PER_CORE = 3;
const main = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const seeds = Array.from({ length: count }, (_, index) => first + index);
const outcomes: Outcome[] = [];

async function run(seed: number): Promise<Outcome> {
  const args = [main, 'demo', '--records', '2000', '--json', '--seed', String(seed)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const exitCode = code ?? signal ?? 'none';
  try {
    return { ...(JSON.parse(output) as Omit<Outcome, 'seed' | 'exitCode'>), seed, exitCode };
  } catch {
    console.error(`seed ${seed} printed no result:\n${output}${errors}`);
    return { seed, exitCode };
  }
}

async function work(): Promise<void> {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) outcomes.push(await run(seed));
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: RUNS_PER_CORE * availableParallelism() }, work));

const isGood = ({ exitCode, lost, outOfOrder }: Outcome) => exitCode === 0 && lost === 0 && outOfOrder === 0;
const table = new Table({
  head: ['seed', 'lost', 'out of order', 'redelivered', 'seconds', 'exit code', ''],
  style: { head: [] },
});
for (const outcome of outcomes.toSorted((a, b) => a.seed - b.seed)) {
  const { seed, lost = '?', outOfOrder = '?', redelivered = '?', seconds, exitCode } = outcome;
  table.push([
    seed,
    lost,
    outOfOrder,
    redelivered,
    seconds?.toFixed(1) ?? '?',
    exitCode,
    isGood(outcome) ? '' : 'FAILED',
  ]);
}
console.log(table.toString());
const failed = outcomes.filter((outcome) => !isGood(outcome)).length;
console.log(`${outcomes.length} seeds in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
