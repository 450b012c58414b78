import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { debianProgram } from './debianProgram.ts';
import { RedisServer } from './RedisServer.ts';

const run = promisify(execFile);

/** A cluster of three masters, each with a third of the slots. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  static async start(): Promise<RedisCluster> {
    const cli = await debianProgram('redis-cli', 'redis-tools');
    const nodes: RedisServer[] = [];
    // One after the other: two that look for a free port at once may find the same.
    for (let count = 0; count < 3; count += 1) nodes.push(await RedisServer.start('--cluster-enabled', 'yes'));
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await run(cli, ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes']);
    return new RedisCluster(nodes);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
