import { Subject } from 'rxjs';
import { toKinesis } from '../src/producer/toKinesis.ts';
import { benchConfig } from './benchConfig.ts';
import { startCannedServer } from './cannedServer.ts';
import { pairedRatio, type Round } from './pairedRatio.ts';

/** A record is 100 B, as Kinesis counts: a key of 10 and data of 90. */
const DATA = Buffer.alloc(90, 'x');
const KEYS = 100;
const LIMITED_MS = 2_000;
/** Records of a round without limits, and how many of them are in the writer at a time. */
const UNLIMITED = { plain: [200_000, 4_000], aggregate: [800_000, 200_000] } as const;
/** Enough to fill a second of a shard. */
const WINDOW = 50_000;

interface Load {
  readonly aggregate: boolean;
  readonly isLimited: boolean;
  /** Whether to go on after so many results and milliseconds. */
  readonly goesOn: (results: number, ms: number) => boolean;
  readonly window: number;
}

/**
 * User records of 100 B a second, aggregated by those that are not: what one shard takes by its limits, and, without limits, what the
 * processor gives.
 */
export async function aggregateGain(): Promise<Record<string, number>> {
  const server = await startCannedServer({ records: 1, bytes: 1 });
  const limited = (aggregate: boolean) =>
    round(server.endpoint, { aggregate, isLimited: true, window: WINDOW, goesOn: (_, ms) => ms < LIMITED_MS });
  const unlimited = (aggregate: boolean) => {
    const [records, window] = UNLIMITED[aggregate ? 'aggregate' : 'plain'];
    return round(server.endpoint, { aggregate, isLimited: false, window, goesOn: (results) => results < records });
  };
  try {
    return {
      'aggregate-100B-gain': await pairedRatio(limited(false), limited(true)),
      'aggregate-100B-unlimited': await pairedRatio(unlimited(false), unlimited(true)),
    };
  } finally {
    server.stop();
  }
}

/** Puts a new record for each result, and counts results. */
function round(endpoint: string, { aggregate, isLimited, goesOn, window }: Load): Round {
  return () =>
    new Promise((resolve, reject) => {
      const source = new Subject<Buffer>();
      let [put, results] = [0, 0];
      const results$ = source.pipe(
        toKinesis('bench', {
          client: benchConfig(endpoint),
          aggregate,
          partitionKey: () => `key-${String(put++ % KEYS).padStart(6, '0')}`,
          maxBufferedRecords: 1_000_000,
          ...(!isLimited && { shardRecordsPerSecond: Infinity, shardBytesPerSecond: Infinity }),
        }),
      );
      const startedAt = performance.now();
      const subscription = results$.subscribe({
        next: () => {
          results += 1;
          const ms = performance.now() - startedAt;
          if (goesOn(results, ms)) {
            source.next(DATA);
            return;
          }
          subscription.unsubscribe();
          resolve((results * 1_000) / ms);
        },
        error: reject,
      });
      for (let n = 0; n < window; n += 1) source.next(DATA);
    });
}
