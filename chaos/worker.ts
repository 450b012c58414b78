import { Redis } from 'ioredis';
import { fromEvent, map, tap, timer } from 'rxjs';
import { checkpoint } from '../src/checkpoint/checkpoint.ts';
import { dynamoDbCheckpoints } from '../src/checkpoint/dynamodb/index.ts';
import { redisCheckpoints } from '../src/checkpoint/redis/index.ts';
import { json } from '../src/codec/json.ts';
import { fromKinesis } from '../src/consumer/fromKinesis.ts';
import { processRecords } from '../src/record/processRecords.ts';
import { Journal } from './Journal.ts';
import { CREDENTIALS, LEASE_MS, REGION, SCAN_MS, STREAM, type Order, type WorkerTask } from './terms.ts';

/*
 * One worker, as an application has it. It ends by itself after SIGTERM, and by an error.
 */

const { workerId, kinesis, store, journalPath } = JSON.parse(process.argv[2] ?? '{}') as WorkerTask;
const journal = new Journal(journalPath);
journal.write({ type: 'started' });

const redis = store.kind === 'redis' ? new Redis(store.url, { maxRetriesPerRequest: 1 }) : undefined;
// Its errors come with each call, too.
redis?.on('error', () => undefined);
const checkpoints = redis
  ? redisCheckpoints({ application: 'chaos', redis })
  : dynamoDbCheckpoints({
      application: 'chaos',
      client: { endpoint: store.url, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 },
    });

const MAX_WORK_MS = 8;

fromKinesis<Order>(STREAM, {
  client: { endpoint: kinesis, region: REGION, credentials: CREDENTIALS },
  codec: json<Order>(),
  workerId,
  checkpoints,
  startAt: 'TRIM_HORIZON',
  leaseDurationMs: LEASE_MS,
  leaseScanIntervalMs: SCAN_MS,
  shardSyncIntervalMs: 5_000,
  handOverTimeoutMs: 2_000,
  drainTimeoutMs: 3_000,
  until: fromEvent(process, 'SIGTERM'),
  onDiagnostic: (event) => {
    if (event.type === 'lease') journal.write({ type: 'lease', shardId: event.shardId, event: event.event });
  },
})
  .pipe(
    tap(({ shardId, sequenceNumber, data: { id } }) => {
      journal.write({ type: 'delivered', shardId, sequenceNumber, id });
    }),
    processRecords(
      ({ data }) =>
        timer(Math.random() * MAX_WORK_MS).pipe(
          map(() => {
            journal.write({ type: 'processed', id: data.id });
          }),
        ),
      { concurrency: 16, order: 'partitionKey' },
    ),
    checkpoint({ intervalMs: 1_000 }),
  )
  .subscribe({
    error: (error: unknown) => {
      journal.write({ type: 'failed', error: String(error) });
      process.exit(1);
    },
    complete: () => {
      journal.write({ type: 'ended' });
      process.exit(0);
    },
  });
