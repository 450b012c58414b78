import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { dirname } from 'node:path';
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { firstValueFrom } from 'rxjs';
import { FakeKinesis } from '../../../src/testing/FakeKinesis.ts';
import { LocalKinesis } from '../../../src/testing/LocalKinesis.ts';
import type { Send } from './Session.ts';

/** A Kinesis that runs for the length of a spec. */
export interface Emulator {
  readonly send: Send;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

function clientOf(config: KinesisClientConfig): KinesisClient {
  return new KinesisClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'spec', secretAccessKey: 'spec' },
    maxAttempts: 1,
    ...config,
    requestHandler: new NodeHttpHandler({ requestTimeout: 3_000 }),
  });
}

const sendOf =
  (client: KinesisClient): Send =>
  (command) =>
    client.send(command as Parameters<KinesisClient['send']>[0]);

export function startFake(): Promise<Emulator> {
  const fake = new FakeKinesis({ limits: false });
  return Promise.resolve({ send: (command) => firstValueFrom(fake.send(command)), stop: () => Promise.resolve() });
}

export async function startLocal(): Promise<Emulator> {
  const local = await LocalKinesis.start({ limits: false });
  const client = clientOf(local.clientConfig);
  return {
    send: sendOf(client),
    async stop() {
      client.destroy();
      await local.stop();
    },
  };
}

export async function startKinesalite(): Promise<Emulator> {
  const kinesalite = require('kinesalite') as (options: object) => Server;
  const server = kinesalite({ createStreamMs: 1, deleteStreamMs: 1, updateStreamMs: 1, shardLimit: 500 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = clientOf({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return {
    send: sendOf(client),
    async stop() {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function startKinesisLocal(): Promise<Emulator> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['main.js'], {
    cwd: dirname(require.resolve('kinesis-local/package.json')),
    stdio: 'ignore',
    env: {
      ...process.env,
      KINESIS_MOCK_PLAIN_PORT: String(port),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      SHARD_LIMIT: '500',
      LOG_LEVEL: 'ERROR',
      ...Object.fromEntries(
        ['CREATE_STREAM', 'DELETE_STREAM', 'SPLIT_SHARD', 'MERGE_SHARDS', 'UPDATE_SHARD_COUNT'].map((each) => [
          `${each}_DURATION`,
          '10ms',
        ]),
      ),
    },
  });
  const exited = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await isHealthy(endpoint))) {
    if (child.exitCode !== null) throw new Error('kinesis-local ended before it was ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const client = clientOf({ endpoint });
  return {
    send: sendOf(client),
    async stop() {
      client.destroy();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const isHealthy = (endpoint: string) =>
  fetch(`${endpoint}/healthcheck`).then(
    (response) => response.ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
