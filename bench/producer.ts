import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Subject } from 'rxjs';
import { toKinesis } from '../src/producer/toKinesis.ts';
import { benchConfig } from './benchConfig.ts';
import { startCannedServer } from './cannedServer.ts';
import { pairedRatio, type Round } from './pairedRatio.ts';

const IN_FLIGHT = 4;
const BATCH = 500;
const REQUESTS = { 1024: 120, 100: 240 } as const;

type Config = ConstructorParameters<typeof KinesisClient>[0];

/** `toKinesis`, records per second, relative to a bare SDK loop of PutRecords with as many requests of 500 records in flight. */
export async function producer(): Promise<Record<string, number>> {
  return { 'producer-1KiB': await compare(1024), 'producer-100B': await compare(100) };
}

async function compare(bytes: keyof typeof REQUESTS): Promise<number> {
  const server = await startCannedServer({ records: 1, bytes: 1 });
  const config = benchConfig(server.endpoint);
  const inputs = Array.from({ length: BATCH }, (_, index) => Buffer.alloc(bytes, index));
  try {
    return await pairedRatio(bareLoop(config, inputs, REQUESTS[bytes]), operatorLoop(config, inputs, REQUESTS[bytes]));
  } finally {
    server.stop();
  }
}

const keyOf = (input: Buffer) => `key-${input[0] ?? 0}`;

function bareLoop(config: Config, inputs: readonly Buffer[], requests: number): Round {
  return async () => {
    const client = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
    let sent = 0;
    let written = 0;
    const loop = async () => {
      while (sent < requests) {
        sent++;
        const Records = inputs.map((input) => ({ Data: input, PartitionKey: keyOf(input) }));
        const answer = await client.send(new PutRecordsCommand({ StreamName: 'bench', Records }));
        written += answer.Records?.length ?? 0;
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
    client.destroy();
    return (written * 1_000) / (performance.now() - startedAt);
  };
}

/** Keeps twice as many records in the writer as can be in flight, and puts a new one for each result. */
function operatorLoop(config: Config, inputs: readonly Buffer[], requests: number): Round {
  return async () => {
    const source = new Subject<Buffer>();
    const total = requests * BATCH;
    let put = 0;
    let written = 0;
    const putNext = () => {
      const input = inputs[put++ % BATCH];
      if (input) source.next(input);
      if (put === total) source.complete();
    };
    const results = source.pipe(
      toKinesis('bench', {
        client: config ?? {},
        partitionKey: keyOf,
        maxInFlightRequests: IN_FLIGHT,
        shardRecordsPerSecond: Infinity,
        shardBytesPerSecond: Infinity,
      }),
    );
    const startedAt = performance.now();
    const done = new Promise<void>((resolve, reject) => {
      results.subscribe({
        next() {
          written++;
          if (put < total) putNext();
        },
        error: reject,
        complete: resolve,
      });
    });
    while (put < Math.min(total, 2 * IN_FLIGHT * BATCH)) putNext();
    await done;
    return (written * 1_000) / (performance.now() - startedAt);
  };
}
