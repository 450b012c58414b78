import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { nowMs } from './Journal.ts';
import { killAtExit } from './killAtExit.ts';
import type { WorkerTask } from './terms.ts';

/** How a process came to its end, or was held up, and when. */
export interface Disturbance {
  readonly kind: 'kill' | 'pause' | 'stop';
  readonly fromMs: number;
  untilMs: number;
}

/** A worker from its start to its end. */
export class WorkerProcess {
  readonly task: WorkerTask;
  readonly disturbances: Disturbance[] = [];
  /** Its exit code or signal, once it has ended. */
  exit: number | string | undefined;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor(task: WorkerTask) {
    this.task = task;
    const worker = join(import.meta.dirname, 'worker.ts');
    this.#child = killAtExit(
      spawn(process.execPath, ['--import', 'tsx', worker, JSON.stringify(task)], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      }),
    );
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.exit = (code ?? signal) as number | string;
    });
  }

  get isAlive(): boolean {
    return this.exit === undefined;
  }

  /** Ends it at once, without a chance to say anything. */
  async kill(): Promise<void> {
    this.#note('kill');
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to end. */
  async stop(): Promise<void> {
    const stop = this.#note('stop');
    this.#child.kill('SIGTERM');
    await this.ended;
    stop.untilMs = nowMs();
  }

  /** Holds the whole process up for a while. */
  async pause(wait: () => Promise<void>): Promise<void> {
    const pause = this.#note('pause');
    this.#child.kill('SIGSTOP');
    await wait();
    pause.untilMs = nowMs();
    this.#child.kill('SIGCONT');
  }

  #note(kind: Disturbance['kind']): Disturbance {
    const disturbance = { kind, fromMs: nowMs(), untilMs: Infinity };
    this.disturbances.push(disturbance);
    return disturbance;
  }
}
