// Compiles src into dist. The old dist goes only when the new one is whole, so that what runs from it meanwhile finds its files.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
mkdirSync(join(root, '.tmp'), { recursive: true });
const work = mkdtempSync(join(root, '.tmp', 'build-'));

try {
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', join(work, 'new')];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) {
    if (existsSync(dist)) renameSync(dist, join(work, 'old'));
    renameSync(join(work, 'new'), dist);
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
