import { KinesisClient, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { map, merge, type Observable, range, Subject } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { json } from '../../src/codec/json.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';

interface Reading {
  readonly writer: number;
  readonly key: string;
  readonly index: number;
}

const WRITERS = 4;
const RECORDS = Number(process.env.PRODUCER_RECORDS ?? 200_000) / WRITERS;
const KEYS = 2_000;

describe('toKinesis, with four writers, faults and a reshard', function () {
  this.timeout(120_000);

  it('should lose nothing, keep the order of keys, and tell the fate of each record once', async () => {
    const local = await LocalKinesis.start({ seed: 7, limits: false, streams: { readings: { shards: 8 } } });
    const client = new KinesisClient(local.clientConfig);
    local.fake.cut({ operation: 'PutRecords', effect: 'after', times: 3 });
    local.fake.fail({ operation: 'PutRecords', error: 'InternalFailure', probability: 0.03 });
    local.fake.cut({ operation: 'PutRecords', effect: 'after', probability: 0.02 });
    const write = (writer: number, options: ToKinesisOptions<Reading>): Observable<PutResult<Reading>> =>
      range(0, RECORDS).pipe(
        map((index) => ({ writer, key: `w${writer}-${index % KEYS}`, index })),
        toKinesis('readings', {
          client: local.clientConfig,
          codec: json<Reading>(),
          partitionKey: ({ key }) => key,
          order: 'partitionKey',
          shardRecordsPerSecond: 5_000,
          shardBytesPerSecond: Infinity,
          ttlMs: 120_000,
          backoff: { initialMs: 10, maxMs: 100 },
          ...options,
        }),
      );
    const results = merge(
      write(0, {}),
      write(1, { aggregate: true }),
      write(2, { aggregate: { maxBytes: 4_096 } }),
      write(3, { lingerMs: 0, maxInFlightRequests: 8 }),
    );

    const seen = new Map<string, number[]>();
    let [distinct, repeated] = [0, 0];
    const stop = new Subject<void>();
    const isRead = new Promise<void>((resolve, reject) => {
      fromKinesis('readings', {
        client: local.clientConfig,
        codec: json<Reading>(),
        checkpoints: memoryCheckpoints(),
        until: stop,
      })
        .pipe(checkpoint())
        .subscribe({
          next: ({ data: { key, index } }) => {
            const indexes = seen.get(key) ?? [];
            seen.set(key, indexes);
            if (index > (indexes.at(-1) ?? -1)) {
              indexes.push(index);
              distinct += 1;
            } else {
              // Out of order is what was not seen before.
              expect(indexes).to.include(index);
              repeated += 1;
            }
            if (distinct === WRITERS * RECORDS) stop.next();
          },
          error: reject,
          complete: resolve,
        });
    });

    let told = 0;
    await new Promise<void>((resolve, reject) => {
      results.subscribe({
        next: () => {
          told += 1;
          if (told !== WRITERS * RECORDS * 0.1) return;
          // The third shard of eight, in the middle.
          const NewStartingHashKey = String((5n * 2n ** 128n) / 16n);
          const split = { StreamName: 'readings', ShardToSplit: 'shardId-000000000002', NewStartingHashKey };
          client.send(new SplitShardCommand(split)).catch(reject);
        },
        error: reject,
        complete: resolve,
      });
    });
    expect(told).to.equal(WRITERS * RECORDS);
    await isRead;
    expect(distinct).to.equal(WRITERS * RECORDS);
    expect(repeated).to.be.greaterThan(0);
    client.destroy();
    await local.stop();
  });
});
