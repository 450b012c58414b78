import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support/project.ts';

/** How a run of the command ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `rxjs-kinesis checkpoints` to its end, where there is no terminal, and no store in the environment unless it is given. */
export async function runCheckpoints(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandRun> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), 'checkpoints', ...args], {
    cwd: root,
    env: { ...process.env, NODE_NO_WARNINGS: '1', REDIS_URL: '', ...AWS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [closed, stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: closed[0], stdout, stderr };
}

const AWS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'eu-west-1' };
