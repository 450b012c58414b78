// Everything that must hold before a commit is shared. CI runs the same list.
//
//   npm run check                   all steps
//   npm run check -- lint types     the steps named
//   npm run check -- --list         their names
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A step with `specs` counts its specs; any other counts as one. */
const steps = [
  { name: 'format', run: ['prettier', '--check', '.'] },
  { name: 'lint', run: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'types', run: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'build', run: ['node', 'scripts/build.mjs'] },
  { name: 'knip', run: ['knip'] },
  { name: 'publint', run: ['publint', '--strict'] },
  { name: 'attw', run: ['attw', '--pack', '.', '--profile', 'esm-only'] },
  { name: 'typedoc', run: ['typedoc', '--emit', 'none'] },
  { name: 'coverage', run: ['c8', 'npm', 'test'], specs: true },
  { name: 'node-22', run: ['npm', 'test'], specs: true, node: 22 },
  { name: 'node-24', run: ['npm', 'test'], specs: true, node: 24 },
  { name: 'package', run: ['npm', 'run', '-s', 'test:package'], specs: true },
  { name: 'demo', run: ['node', 'dist/cli/main.js', 'demo', '--records', '5000', '--json'] },
];

const names = process.argv.slice(2);
if (names.includes('--list')) {
  console.log(steps.map(({ name }) => name).join('\n'));
  process.exit();
}
const unknown = names.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}; see npm run check -- --list`);
  process.exit(2);
}

mkdirSync(join(root, '.tmp'), { recursive: true });
const work = mkdtempSync(join(root, '.tmp', 'check-'));
const results = [];
try {
  for (const step of steps) if (names.length === 0 || names.includes(step.name)) results.push(take(step));
} finally {
  rmSync(work, { recursive: true, force: true });
}

console.log(`\n${'step'.padEnd(10)} seconds`);
for (const { name, seconds, failed } of results) {
  console.log(`${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)}${failed > 0 ? '  FAILED' : ''}`);
}
const passed = results.reduce((sum, each) => sum + each.passed, 0);
const failed = results.reduce((sum, each) => sum + each.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function take(step) {
  console.log(`\n=== ${step.name}: ${step.run.join(' ').replaceAll(`${root}/`, '')}`);
  const started = performance.now();
  const tally = join(work, step.name);
  let status = 1;
  try {
    const path = [join(root, 'node_modules/.bin'), process.env.PATH];
    if (step.node) path.unshift(dirname(nodeOf(step.node)));
    const env = { ...process.env, PATH: path.join(delimiter), TEST_TALLY: tally };
    const [command, ...args] = step.run;
    const { error, status: code } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
    if (error) throw error;
    status = code ?? 1;
  } catch (error) {
    console.error(error);
  }
  const seconds = (performance.now() - started) / 1_000;
  console.log(`=== ${step.name}: ${status === 0 ? 'passed' : 'FAILED'} after ${seconds.toFixed(1)} s`);
  return { name: step.name, seconds, ...count(step, tally, status) };
}

/** A run that fails without a failed spec, as for want of coverage or after a crash, counts as one failure more. */
function count({ specs }, tally, status) {
  if (!specs) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  const lines = existsSync(tally) ? readFileSync(tally, 'utf8').trim().split('\n') : [];
  const [passed, failed] = [0, 1].map((at) => lines.reduce((sum, line) => sum + Number(line.split(' ')[at]), 0));
  const ranNothing = passed + failed === 0;
  return { passed, failed: failed === 0 && (status !== 0 || ranNothing) ? 1 : failed };
}

/** The Node of that major version, fetched from npm if need be. */
function nodeOf(major) {
  const [path, version] = execFileSync(
    'npx',
    ['--yes', `node@${major}`, '-p', 'process.execPath + "\\n" + process.version'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
    .trim()
    .split('\n')
    .slice(-2);
  console.log(`Node ${version}`);
  if (!version.startsWith(`v${major}.`)) throw new Error(`npx node@${major} is Node ${version}`);
  return path;
}
