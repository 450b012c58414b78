import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { checkpoint } from '../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../src/checkpoint/memoryCheckpoints.ts';
import { fromKinesis } from '../src/consumer/fromKinesis.ts';
import { benchConfig } from './benchConfig.ts';
import { startCannedServer } from './cannedServer.ts';
import { pairedRatio, type Round } from './pairedRatio.ts';

interface Case {
  readonly records: number;
  readonly bytes: number;
  readonly answers: number;
}

type Config = NonNullable<ConstructorParameters<typeof KinesisClient>[0]>;

/** `fromKinesis` → `checkpoint`, records per second, relative to a bare SDK loop of GetRecords on one shard. */
export async function consumer(): Promise<Record<string, number>> {
  return {
    'consumer-1KiB': await compare({ records: 1_000, bytes: 1024, answers: 80 }),
    'consumer-100B': await compare({ records: 10_000, bytes: 100, answers: 30 }),
  };
}

async function compare(shape: Case): Promise<number> {
  const server = await startCannedServer(shape);
  const config = benchConfig(server.endpoint);
  try {
    return await pairedRatio(bareLoop(config, shape), sourceLoop(config, shape));
  } finally {
    server.stop();
  }
}

function bareLoop(config: Config, { answers, bytes }: Case): Round {
  return async () => {
    const client = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName: 'bench',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    let iterator = ShardIterator;
    let read = 0;
    const startedAt = performance.now();
    for (let answer = 0; answer < answers; answer++) {
      const { Records, NextShardIterator } = await client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: 10_000 }),
      );
      for (const { Data } of Records ?? []) if (Data?.length === bytes) read++;
      iterator = NextShardIterator;
    }
    client.destroy();
    return (read * 1_000) / (performance.now() - startedAt);
  };
}

/** The service's pace is lifted: the canned server has none, nor has the bare loop. */
function sourceLoop(config: Config, { records, answers, bytes }: Case): Round {
  return () =>
    new Promise((resolve, reject) => {
      const total = records * answers;
      let read = 0;
      let startedAt = 0;
      const source = fromKinesis('bench', {
        client: config,
        checkpoints: memoryCheckpoints(),
        maxCallsPerSecond: Infinity,
        pollIntervalMs: 0,
      });
      source.ready.subscribe(() => (startedAt = performance.now()));
      const subscription = source.pipe(checkpoint()).subscribe({
        next: ({ data }) => {
          if (data.length === bytes) read++;
          if (read === total) {
            resolve((read * 1_000) / (performance.now() - startedAt));
            subscription.unsubscribe();
          }
        },
        error: reject,
      });
    });
}
