import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AddressInfo } from 'node:net';
import type { Item } from '../checkpoint/dynamodb/LocalDynamo.ts';
import { untilSaid } from '../support/untilSaid.ts';
import { built } from './built.ts';

const MAIN = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';

/** AWS' DynamoDB Local, in memory. */
export class DynamoDbLocal {
  readonly #process: ChildProcess;
  readonly client: DynamoDBClient;
  readonly endpoint: string;

  private constructor(child: ChildProcess, endpoint: string) {
    this.#process = child;
    this.endpoint = endpoint;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  }

  static async start(): Promise<DynamoDbLocal> {
    const { classPath, libraries } = await built(join(import.meta.dirname, 'dynamodb'));
    const port = await freePort();
    const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', `${port}`];
    const child = spawn('java', [`-Dsqlite4java.library.path=${libraries}`, '-cp', classPath, MAIN, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    await untilSaid(child.stderr, /Started oejs\.Server/);
    return new DynamoDbLocal(child, `http://127.0.0.1:${port}`);
  }

  /** The rows of leases, by their keys. */
  async rows(table: string): Promise<Record<string, Item>> {
    const { Items = [] } = await this.client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    return Object.fromEntries(Items.map((item) => [item.leaseKey?.S ?? '', item]));
  }

  async stop(): Promise<void> {
    this.client.destroy();
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
