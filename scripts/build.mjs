// Compiles src into dist. The old dist goes only when the new one is whole, so that what runs from it meanwhile finds its files.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
mkdirSync(join(root, '.tmp'), { recursive: true });
const work = mkdtempSync(join(root, '.tmp', 'build-'));

try {
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(work, 'new')], {
    cwd: root,
    stdio: 'inherit',
  });
  try {
    renameSync(join(root, 'dist'), join(work, 'old'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(join(work, 'new'), join(root, 'dist'));
} catch (error) {
  // tsc has said what is wrong.
  if (error.status === undefined) throw error;
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
