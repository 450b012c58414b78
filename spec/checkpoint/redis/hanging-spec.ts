import { expect } from 'chai';
import { Redis } from 'ioredis';
import { filter, firstValueFrom, Subject, take, timeout, toArray } from 'rxjs';
import { checkpoint } from '../../../src/checkpoint/checkpoint.ts';
import { redisCheckpoints } from '../../../src/checkpoint/redis/redisCheckpoints.ts';
import { fromKinesis } from '../../../src/consumer/fromKinesis.ts';
import type { Diagnostic } from '../../../src/diagnostics/Diagnostic.ts';
import { LocalKinesis } from '../../../src/testing/LocalKinesis.ts';

describe('A source over a Redis that cannot be reached', () => {
  it('should give each call up after the lease, though ioredis keeps it for ever, and stop when told to', async function () {
    this.timeout(10_000);
    const kinesis = await LocalKinesis.start({ seed: 3, limits: false, streams: { orders: { shards: 1 } } });
    // Port 1 refuses: the commands wait for a connection that never comes.
    const redis = new Redis({ port: 1, maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    const stopping = new Subject<void>();
    const heard = new Subject<Diagnostic>();
    const failures = firstValueFrom(
      heard.pipe(
        filter((event) => event.type === 'storeFailed'),
        take(2),
        toArray(),
        timeout(5_000),
      ),
    );
    const outcome = new Promise<void>((complete, error) => {
      fromKinesis('orders', {
        client: kinesis.clientConfig,
        checkpoints: redisCheckpoints({ application: 'billing', redis }),
        until: stopping,
        leaseDurationMs: 300,
        leaseScanIntervalMs: 100,
        backoff: { initialMs: 10, maxMs: 50 },
        onDiagnostic: (event) => {
          heard.next(event);
        },
      })
        .pipe(checkpoint())
        .subscribe({ complete, error });
    });
    for (const { error } of await failures) {
      expect(error.message).to.match(/the store did not answer within 300 ms/);
      expect(error).to.include({ retryable: true });
    }
    stopping.next();
    await outcome;
    redis.disconnect();
    await kinesis.stop();
  });
});
