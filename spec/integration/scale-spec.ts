import { expect } from 'chai';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { filter, firstValueFrom, interval, lastValueFrom, map, reduce, scan, Subject, take, takeUntil } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { LocalKinesis, type LocalClientConfig } from '../../src/testing/LocalKinesis.ts';

const MEBIBYTE = 1024 * 1024;

describe('fromKinesis at scale, through the SDK', function () {
  this.timeout(180_000);

  it('should read all of 2,500 shards (pitfall 10)', async () => {
    await using local = await LocalKinesis.start({ streams: { orders: { shards: 2_500 } } });
    const shards = local.fake.shards('orders');
    const written = shards.map(({ HashKeyRange }, index) =>
      local.fake.put('orders', {
        partitionKey: 'any',
        explicitHashKey: HashKeyRange?.StartingHashKey ?? '',
        data: `record ${index}`,
      }),
    );
    const source = fromKinesis('orders', { client: local.clientConfig, checkpoints: memoryCheckpoints() });

    const read = await lastValueFrom(
      source.pipe(
        checkpoint(),
        scan((seen, { shardId, sequenceNumber }) => seen.add(`${shardId}/${sequenceNumber}`), new Set<string>()),
        filter(({ size }) => size === 2_500),
        take(1),
      ),
    );

    expect([...read].sort()).to.deep.equal(
      written
        .flat()
        .map(({ shardId, sequenceNumber }) => `${shardId}/${sequenceNumber}`)
        .sort(),
    );
  });

  it('should hold its bounds over 2,000,000 waiting records while downstream stands still (pitfall 14)', async () => {
    const server = fork(new URL('./scale/localServer.ts', import.meta.url), ['4', '2000000', '100'], {
      execArgv: ['--import', 'tsx/esm'],
    });
    try {
      const [client] = (await once(server, 'message')) as [LocalClientConfig];
      const [maxInFlightRecords, maxInFlightBytes] = [20_000, 16 * MEBIBYTE];
      const delivered: KinesisRecord[] = [];
      const paused = new Set<string>();
      const allPaused = new Subject<void>();
      const stop = new Subject<void>();
      const source = fromKinesis('orders', {
        client,
        checkpoints: memoryCheckpoints(),
        maxInFlightRecords,
        maxInFlightBytes,
        onDiagnostic: (diagnostic) => {
          if (diagnostic.type === 'paused') paused.add(diagnostic.shardId);
          if (diagnostic.type === 'resumed') paused.delete(diagnostic.shardId);
          if (paused.size === 4) allPaused.next();
        },
      });
      const stood = firstValueFrom(allPaused);
      source.pipe(takeUntil(stop)).subscribe((record) => delivered.push(record));
      await stood;
      const before = { records: delivered.length, rss: process.memoryUsage().rss };

      // Three polls of every shard would have come and gone.
      const peakRss = await lastValueFrom(
        interval(100).pipe(
          take(30),
          map(() => process.memoryUsage().rss),
          reduce((peak, rss) => Math.max(peak, rss)),
        ),
      );

      expect(delivered.length).to.equal(before.records).and.to.be.at.most(maxInFlightRecords);
      expect(delivered.length).to.be.at.least(maxInFlightRecords / 2);
      expect(delivered.reduce((sum, { data }) => sum + data.length, 0)).to.be.at.most(maxInFlightBytes);
      expect(peakRss - before.rss).to.be.at.most(32 * MEBIBYTE);
      const [status] = source.status();
      expect(status?.shards.map(({ pausedFor }) => pausedFor)).to.deep.equal(Array(4).fill('inFlight'));

      stop.next();
    } finally {
      server.kill();
    }
  });
});
