import type { KinesisClientLike } from '../src/aws/KinesisClientLike.ts';
import { checkpoint } from '../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../src/checkpoint/memoryCheckpoints.ts';
import { fromKinesis } from '../src/consumer/fromKinesis.ts';
import { inMemoryCollector } from '../src/metrics/inMemoryCollector.ts';
import type { MetricsCollector } from '../src/metrics/MetricsCollector.ts';
import { noopCollector } from '../src/metrics/noopCollector.ts';
import { prometheusCollector } from '../src/metrics/prometheus/prometheusCollector.ts';
import { statsdCollector } from '../src/metrics/statsd/statsdCollector.ts';
import { tapMetrics } from '../src/metrics/tapMetrics.ts';
import { Registry } from 'prom-client';
import { benchConfig } from './benchConfig.ts';
import { startCannedServer } from './cannedServer.ts';
import { median } from './median.ts';

const RECORDS = 1_000;
const BYTES = 1024;
/** Many short rounds rather than few long ones: the two of a pair then find the machine in the same state. */
const PAIRS = 101;
/** Answers of a round without HTTP, and of one against the server. */
const [REPLAYED, SERVED] = [100, 60];

/** How a run against the server, and each collector beside none, compare. */
type Shares = Record<string, number>;

/**
 * What each collector costs of `fromKinesis` → `checkpoint` → `tapMetrics`, as a share of the time that the same without a tap takes
 * against the canned server at 1 KiB.
 *
 * A share of a hundredth is less than what two runs over HTTP differ by. So the cost is taken where there is nothing else: the same pipe
 * reads the same answers out of memory, with the tap and without, in alternation, and the median difference counts.
 */
export async function metrics(): Promise<Shares> {
  const collectors: Readonly<Record<string, MetricsCollector>> = {
    noop: noopCollector,
    inMemory: inMemoryCollector(),
    prometheus: prometheusCollector({ registry: new Registry() }),
    statsd: statsdCollector({ host: '127.0.0.1', port: 9 }),
  };
  const client = replay();
  const served = await nsAgainstServer();
  const shares: Shares = {};
  for (const [name, collector] of Object.entries(collectors)) {
    const cost = await costOf(client, collector);
    if (process.env.BENCH_VERBOSE) {
      console.error(`${name}: ${(cost / 1_000).toFixed(3)} ms per 1,000 records, of ${(served / 1_000).toFixed(1)} ms`);
    }
    shares[`metrics-${name}`] = cost / served;
    await collector.close?.();
  }
  return shares;
}

/** The nanoseconds that a tap adds to a record. */
async function costOf(client: KinesisClientLike, collector: MetricsCollector): Promise<number> {
  const round = (tapped: boolean) => nsPerRecord(client, REPLAYED, tapped ? collector : undefined);
  for (let warmUp = 0; warmUp < 20; warmUp += 1) await round(warmUp % 2 === 1);
  const differences: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const isTappedFirst = pair % 2 === 1;
    const first = await round(isTappedFirst);
    const second = await round(!isTappedFirst);
    differences.push(isTappedFirst ? first - second : second - first);
  }
  return median(differences);
}

async function nsAgainstServer(): Promise<number> {
  const server = await startCannedServer({ records: RECORDS, bytes: BYTES });
  const config = benchConfig(server.endpoint);
  try {
    const rounds: number[] = [];
    for (let round = 0; round < 6; round += 1) rounds.push(await nsPerRecord(config, SERVED, undefined));
    return median(rounds.slice(1));
  } finally {
    server.stop();
  }
}

function nsPerRecord(
  client: NonNullable<Parameters<typeof fromKinesis>[1]>['client'],
  answers: number,
  collector: MetricsCollector | undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const total = RECORDS * answers;
    let [read, startedAt] = [0, 0];
    const source = fromKinesis('bench', {
      ...(client && { client }),
      checkpoints: memoryCheckpoints(),
      maxCallsPerSecond: Infinity,
      pollIntervalMs: 0,
    });
    source.ready.subscribe(() => (startedAt = performance.now()));
    const settled = source.pipe(checkpoint());
    const subscription = (collector ? settled.pipe(tapMetrics(collector)) : settled).subscribe({
      next: () => {
        read += 1;
        if (read < total) return;
        subscription.unsubscribe();
        resolve(((performance.now() - startedAt) * 1e6) / read);
      },
      error: reject,
    });
  });
}

/** A client that answers out of memory, always the same. */
function replay(): KinesisClientLike {
  const sequenceNumber = (index: number) => String(10n ** 55n + BigInt(index));
  const answers: Readonly<Record<string, object>> = {
    ListShardsCommand: {
      Shards: [
        {
          ShardId: 'shardId-000000000000',
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) },
          SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(0) },
        },
      ],
    },
    GetShardIteratorCommand: { ShardIterator: 'A'.repeat(200) },
    GetRecordsCommand: {
      MillisBehindLatest: 60_000,
      NextShardIterator: 'A'.repeat(200),
      Records: Array.from({ length: RECORDS }, (_, index) => ({
        ApproximateArrivalTimestamp: new Date(1_700_000_000_123 + index),
        Data: new Uint8Array(BYTES),
        PartitionKey: `key-${index}`,
        SequenceNumber: sequenceNumber(index),
      })),
    },
  };
  const send = (command: object) => Promise.resolve(answers[command.constructor.name] ?? {});
  return { send };
}
