import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long to wait for another process that installs something at the same time. */
const LOCK_SECONDS = 120;

/**
 * The path of a program that a Debian package brings: found on PATH, else installed with apt-get where this process may do that.
 *
 * @throws Error that says how to get the program
 */
export async function debianProgram(program: string, packageName: string): Promise<string> {
  const found = await findOnPath(program);
  if (found !== undefined) return found;
  try {
    // It may fail as another process is at it, or the network is; whether that matters, the installation shows.
    await aptGet('update').catch(() => undefined);
    await aptGet('install', '-y', '--no-install-recommends', packageName);
  } catch (cause) {
    throw new Error(howToGet(program, packageName), { cause });
  }
  const installed = await findOnPath(program);
  if (installed === undefined) throw new Error(howToGet(program, packageName));
  return installed;
}

async function aptGet(...args: string[]): Promise<void> {
  await run('apt-get', ['-q', '-o', `DPkg::Lock::Timeout=${LOCK_SECONDS}`, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 2 ** 26,
  });
}

async function findOnPath(program: string): Promise<string | undefined> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']) {
    const path = join(folder, program);
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

const howToGet = (program: string, packageName: string): string =>
  `${program} is not on PATH, and apt-get did not install it. Get it by: apt-get update && apt-get install ${packageName} (as root), or put another build of it on PATH`;
