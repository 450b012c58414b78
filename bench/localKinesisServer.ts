import { encodeOutput } from '../src/testing/local/jsonProtocol.ts';
import { LocalKinesis } from '../src/testing/LocalKinesis.ts';
import { serveCanned } from './serveCanned.ts';

/*
 * A server in a process of its own, for `localKinesis.ts`: the real one, or one that answers each operation with the same bytes.
 * Both hold the same records. It tells its parent its endpoint, and ends with it.
 */

const [kind, records, bytes] = process.argv.slice(2);
const [recordCount, recordBytes] = [Number(records), Number(bytes)];

const local = await LocalKinesis.start({ limits: false, streams: { bench: { shards: 1 }, sink: { shards: 4 } } });
local.fake.put(
  'bench',
  Array.from({ length: recordCount }, (_, index) => ({
    partitionKey: `key-${index}`,
    data: Buffer.alloc(recordBytes, index),
  })),
);

function answerOf(operation: string, input: object): Buffer {
  const exchange = local.fake.exchange(operation, input);
  if (exchange.kind !== 'answer') throw new Error(`${operation}: ${exchange.kind}`);
  return encodeOutput(exchange.output, (bytes) => Buffer.alloc(bytes));
}

async function startCanned(): Promise<string> {
  const iterator = answerOf('GetShardIterator', {
    StreamName: 'bench',
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const { ShardIterator } = JSON.parse(iterator.toString()) as { ShardIterator: string };
  const entries = Array.from({ length: 500 }, (_, index) => ({ Data: Buffer.alloc(1), PartitionKey: `key-${index}` }));
  const answers: Readonly<Record<string, Buffer>> = {
    GetShardIterator: iterator,
    GetRecords: answerOf('GetRecords', { ShardIterator }),
    PutRecords: answerOf('PutRecords', { StreamName: 'sink', Records: entries }),
  };
  return serveCanned(answers);
}

process.on('disconnect', () => process.exit());
process.send?.(kind === 'canned' ? await startCanned() : local.endpoint);
