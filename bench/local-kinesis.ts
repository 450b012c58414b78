import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { benchConfig } from './benchConfig.ts';
import { pairedRatio } from './pairedRatio.ts';

const ROUND_MS = 700;
const PUT_ENTRIES = 500;
const KIB = 1024;

interface Server {
  readonly child: ChildProcess;
  readonly client: KinesisClient;
}

async function start(kind: 'canned' | 'local', records: number, bytes: number): Promise<Server> {
  const child = fork(new URL('./localKinesisServer.ts', import.meta.url), [kind, String(records), String(bytes)], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=2048'],
  });
  const [endpoint] = (await once(child, 'message')) as [string];
  const client = new KinesisClient({ ...benchConfig(endpoint), requestHandler: new NodeHttpHandler() });
  return { child, client };
}

type Loop = (client: KinesisClient) => Promise<() => Promise<number>>;

const getLoop: Loop = async (client) => {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamName: 'bench',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  return async () => (await client.send(new GetRecordsCommand({ ShardIterator }))).Records?.length ?? 0;
};

const putLoop: Loop = (client) => {
  const Records = Array.from({ length: PUT_ENTRIES }, (_, index) => ({
    Data: Buffer.alloc(KIB, index),
    PartitionKey: `key-${index}`,
  }));
  return Promise.resolve(
    async () => (await client.send(new PutRecordsCommand({ StreamName: 'sink', Records }))).Records?.length ?? 0,
  );
};

/** Records a second, with so many calls under way at a time. */
async function rateOf(call: () => Promise<number>, inFlight: number): Promise<number> {
  const startedAt = performance.now();
  let records = 0;
  const callOn = async () => {
    while (performance.now() - startedAt < ROUND_MS) {
      const more = await call();
      records += more;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, callOn));
  return (records * 1_000) / (performance.now() - startedAt);
}

async function compare(records: number, bytes: number, loop: Loop, inFlight = 1): Promise<number> {
  const servers = await Promise.all([start('local', records, bytes), start('canned', records, bytes)]);
  try {
    const [local, canned] = await Promise.all(servers.map(({ client }) => loop(client)));
    if (!local || !canned) throw new Error('two servers were started');
    return await pairedRatio(
      () => rateOf(canned, inFlight),
      () => rateOf(local, inFlight),
    );
  } finally {
    for (const { child, client } of servers) {
      client.destroy();
      child.disconnect();
    }
  }
}

/**
 * How near LocalKinesis comes to a server that answers constant bytes, as seen by a bare SDK loop over keep-alive HTTP/1.1:
 * records per second against the one, divided by those against the other.
 */
export async function localKinesis(): Promise<Record<string, number>> {
  return {
    'local-get-1KiB': await compare(1_000, KIB, getLoop),
    'local-get-100B': await compare(10_000, 100, getLoop),
    'local-put-1KiB': await compare(1, KIB, putLoop),
    'local-put-1KiB-4': await compare(1, KIB, putLoop, 4),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(JSON.stringify(await localKinesis()));
}
