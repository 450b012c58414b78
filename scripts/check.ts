// Everything that must hold before a commit is shared. CI runs the same list.
//
//   npm run check                   all steps
//   npm run check -- lint types     the steps named
//   npm run check -- --list         their names
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

interface Step {
  readonly name: string;
  readonly run: readonly [command: string, ...args: string[]];
  /** It counts as the specs that it runs. A step without counts as one. */
  readonly specs?: true;
  /** The major version of Node that it runs on. Default: this one. */
  readonly node?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Programs that it needs. Where one is not on PATH, it does not run, and says so. */
  readonly needs?: readonly string[];
  /** It runs beside the step before it, and its output comes when both are over. */
  readonly isBeside?: true;
}

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  /** Why it did not run. */
  readonly notRun?: string;
}

const steps: readonly Step[] = [
  { name: 'format', run: ['prettier', '--check', '.'] },
  { name: 'lint', run: ['npm', 'run', '-s', 'lint'] },
  { name: 'types', run: ['npm', 'run', '-s', 'types'], isBeside: true },
  { name: 'build', run: ['npm', 'run', '-s', 'build'] },
  { name: 'knip', run: ['knip'] },
  { name: 'publint', run: ['publint', '--strict'] },
  // Packing builds, which the step `build` has done.
  {
    name: 'attw',
    run: ['attw', '--pack', '.', '--profile', 'esm-only'],
    env: { npm_config_ignore_scripts: 'true' },
  },
  { name: 'typedoc', run: ['typedoc', '--emit', 'none'], isBeside: true },
  { name: 'coverage', run: ['npm', 'run', '-s', 'coverage'], specs: true },
  // The step `coverage` runs the simulation and the writers in full.
  {
    name: 'node-22',
    run: ['npm', 'test'],
    specs: true,
    node: 22,
    env: { SIMULATION_SEEDS: '50', PRODUCER_RECORDS: '20000' },
  },
  {
    name: 'node-24',
    run: ['npm', 'test'],
    specs: true,
    node: 24,
    env: { SIMULATION_SEEDS: '50', PRODUCER_RECORDS: '20000' },
    isBeside: true,
  },
  { name: 'servers', run: ['npm', 'run', '-s', 'test:servers'], specs: true },
  { name: 'package', run: ['npm', 'run', '-s', 'test:package'], specs: true, isBeside: true },
  { name: 'chaos', run: ['npm', 'run', '-s', 'chaos', '--', '--seconds', '30'], isBeside: true },
  { name: 'kcl', run: ['npm', 'run', '-s', 'test:kcl'], specs: true, needs: ['java', 'mvn'] },
  { name: 'demo', run: ['node', 'dist/cli/main.js', 'demo', '--records', '5000', '--json'] },
];

const root = join(import.meta.dirname, '..');
const names = process.argv.slice(2);
const unknown = names.filter((name) => name !== '--list' && !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}; see npm run check -- --list`);
  process.exitCode = 2;
} else if (names.includes('--list')) {
  console.log(steps.map(({ name }) => name).join('\n'));
} else {
  await check(steps.filter(({ name }) => names.length === 0 || names.includes(name)));
}

async function check(chosen: readonly Step[]): Promise<void> {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  const work = mkdtempSync(join(root, '.tmp', 'check-'));
  const results: Result[] = [];
  for (const together of waves(chosen)) {
    results.push(...(await Promise.all(together.map((step, index) => take(step, join(work, step.name), index > 0)))));
  }
  rmSync(work, { recursive: true });

  console.log(`\n${'step'.padEnd(10)} seconds`);
  for (const { name, seconds, failed, notRun } of results) {
    const outcome = notRun ? `  not run: ${notRun}` : failed > 0 ? '  FAILED' : '';
    console.log(`${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)}${outcome}`);
  }
  const passed = results.reduce((sum, each) => sum + each.passed, 0);
  const failed = results.reduce((sum, each) => sum + each.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** The steps that run at once, one list after the other. */
function waves(chosen: readonly Step[]): Step[][] {
  const all: Step[][] = [];
  for (const step of chosen) {
    const last = all.at(-1);
    if (last && step.isBeside) last.push(step);
    else all.push([step]);
  }
  return all;
}

async function take(step: Step, tally: string, isQuiet: boolean): Promise<Result> {
  console.log(`\n=== ${step.name}: ${step.run.join(' ')}`);
  const missing = (step.needs ?? []).filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    const notRun = `no ${missing.join(' and no ')} on PATH`;
    console.log(`=== ${step.name}: not run: ${notRun}`);
    return { name: step.name, seconds: 0, passed: 0, failed: 0, notRun };
  }
  const log = isQuiet ? `${tally}.log` : undefined;
  const started = performance.now();
  const succeeded = await runs(step, tally, log);
  const seconds = (performance.now() - started) / 1_000;
  if (log !== undefined) console.log(`\n=== ${step.name} said:\n${readFileSync(log, 'utf8')}`);
  console.log(`=== ${step.name}: ${succeeded ? 'passed' : 'FAILED'} after ${seconds.toFixed(1)} s`);
  return { name: step.name, seconds, ...count(step, tally, succeeded) };
}

async function runs({ run: [command, ...args], node, env }: Step, tally: string, log?: string): Promise<boolean> {
  const output = log === undefined ? 'inherit' : openSync(log, 'w');
  try {
    const path = [join(root, 'node_modules/.bin'), process.env.PATH];
    if (node) path.unshift(folderOfNode(node));
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env, PATH: path.join(delimiter), TEST_TALLY: tally },
      stdio: ['inherit', output, output],
    });
    const [status] = (await once(child, 'exit')) as [number | null];
    return status === 0;
  } catch (error) {
    console.error(error);
    return false;
  } finally {
    if (typeof output === 'number') closeSync(output);
  }
}

/** A run that fails without a failed spec, as for want of coverage, and one that ran nothing, counts one failure. */
function count({ specs }: Step, tally: string, succeeded: boolean): { passed: number; failed: number } {
  if (!specs) return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const lines = existsSync(tally) ? readFileSync(tally, 'utf8').trim().split('\n') : [];
  const sum = (at: number) => lines.reduce((total, line) => total + Number(line.split(' ')[at]), 0);
  const [passed, failed] = [sum(0), sum(1)];
  return { passed, failed: failed === 0 && (!succeeded || passed === 0) ? 1 : failed };
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Where the Node of that major version is; npx fetches it if need be. */
function folderOfNode(major: number): string {
  const tell = 'process.execPath + "\\n" + process.version';
  const told = execFileSync('npx', ['--yes', `node@${major}`, '-p', tell], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path = '', version = ''] = told.trim().split('\n');
  if (!version.startsWith(`v${major}.`)) throw new Error(`npx node@${major} runs Node ${version}`);
  return dirname(path);
}
