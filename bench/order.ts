import { Subject } from 'rxjs';
import { toKinesis } from '../src/producer/toKinesis.ts';
import { benchConfig } from './benchConfig.ts';
import { startCannedServer } from './cannedServer.ts';
import { pairedRatio, type Round } from './pairedRatio.ts';

const RECORDS = 60_000;
/** In the writer at a time: twice what can be in flight. */
const WINDOW = 4_000;
const DATA = Buffer.alloc(90, 'x');

/** What `order: 'partitionKey'` leaves of the records a second that go without it, by how many keys take turns. */
export async function order(): Promise<Record<string, number>> {
  const server = await startCannedServer({ records: 1, bytes: 1 });
  const compare = (keys: number) =>
    pairedRatio(round(server.endpoint, keys, 'none'), round(server.endpoint, keys, 'partitionKey'));
  try {
    return {
      'order-100000-keys': await compare(100_000),
      'order-1000-keys': await compare(1_000),
      'order-100-keys': await compare(100),
    };
  } finally {
    server.stop();
  }
}

/** Puts a new record for each result. */
function round(endpoint: string, keys: number, order: 'none' | 'partitionKey'): Round {
  return () =>
    new Promise((resolve, reject) => {
      const source = new Subject<Buffer>();
      let [keyed, put, results] = [0, 0, 0];
      const putNext = () => {
        put += 1;
        source.next(DATA);
        if (put === RECORDS) source.complete();
      };
      const client = benchConfig(endpoint);
      const written = source.pipe(
        toKinesis('bench', {
          client,
          order,
          partitionKey: () => `key-${String(keyed++ % keys).padStart(6, '0')}`,
          shardRecordsPerSecond: Infinity,
          shardBytesPerSecond: Infinity,
        }),
      );
      const startedAt = performance.now();
      written.subscribe({
        next: () => {
          results += 1;
          if (put < RECORDS) putNext();
        },
        error: reject,
        complete: () => resolve((results * 1_000) / (performance.now() - startedAt)),
      });
      while (put < WINDOW) putNext();
    });
}
