import { fork } from 'node:child_process';
import { once } from 'node:events';
import { serveCanned } from './serveCanned.ts';

/*
 * Answers each operation with the same bytes, whatever is asked, from a process of its own: what a benchmark measures
 * against it is the client alone.
 */

export interface CannedServer {
  readonly endpoint: string;
  stop(): void;
}

export interface CannedServerOptions {
  /** Records in each GetRecords answer. */
  readonly records: number;
  /** Bytes of data in each of them. */
  readonly bytes: number;
}

/** Starts a server in a child process; it ends with its parent. */
export async function startCannedServer({ records, bytes }: CannedServerOptions): Promise<CannedServer> {
  const child = fork(new URL(import.meta.url), [String(records), String(bytes)], { execArgv: ['--import', 'tsx'] });
  const [endpoint] = (await once(child, 'message')) as [string];
  return { endpoint, stop: () => child.disconnect() };
}

const SHARD = 'shardId-000000000000';
const FIRST_SEQUENCE_NUMBER = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;
const MAX_HASH_KEY = 2n ** 128n - 1n;
const MAX_PUT_RECORDS = 500;

function answers(records: number, bytes: number): Readonly<Record<string, unknown>> {
  const sequenceNumber = (index: number) => String(FIRST_SEQUENCE_NUMBER + BigInt(index));
  return {
    ListShards: {
      Shards: [
        {
          ShardId: SHARD,
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(MAX_HASH_KEY) },
          SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(0) },
        },
      ],
    },
    GetShardIterator: { ShardIterator: 'A'.repeat(200) },
    GetRecords: {
      MillisBehindLatest: 60_000,
      NextShardIterator: 'A'.repeat(200),
      Records: Array.from({ length: records }, (_, index) => ({
        ApproximateArrivalTimestamp: 1_700_000_000.123,
        Data: Buffer.alloc(bytes, index).toString('base64'),
        PartitionKey: `key-${index}`,
        SequenceNumber: sequenceNumber(index),
      })),
    },
    PutRecords: {
      FailedRecordCount: 0,
      Records: Array.from({ length: MAX_PUT_RECORDS }, (_, index) => ({
        SequenceNumber: sequenceNumber(index),
        ShardId: SHARD,
      })),
    },
  };
}

if (process.send) {
  process.on('disconnect', () => process.exit());
  const bodies = Object.entries(answers(Number(process.argv[2]), Number(process.argv[3]))).map(
    ([name, answer]) => [name, Buffer.from(JSON.stringify(answer))] as const,
  );
  process.send(await serveCanned(Object.fromEntries(bodies)));
}
