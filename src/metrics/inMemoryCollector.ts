import { checkNames } from '../internal/checkNames.ts';
import { describe } from '../internal/checkNumber.ts';
import { MemoryCollector } from './MemoryCollector.ts';

/** What a collector in memory keeps. */
export interface InMemoryCollectorOptions {
  /** Keeps every value that a histogram observes, too. They are never let go of before `reset()`: for tests. Default false. */
  readonly keepValues?: boolean;
}

/**
 * A collector that keeps the metrics in this process, to be read by a test, a log line or a page of one's own.
 *
 * It holds a number for each series of counters and gauges, and at most 20 KiB for each of histograms (twice that with values below 0), however
 * many values they observe.
 *
 * @example
 * ```ts
 * const collector = inMemoryCollector();
 * fromKinesis('orders', { checkpoints: memoryCheckpoints() })
 *   .pipe(checkpoint(), tapMetrics(collector))
 *   .subscribe();
 *
 * console.log(collector.counters['consumer_records_received_total{shard_id=shardId-000000000000,stream_name=orders}']);
 * ```
 *
 * @throws TypeError for a wrong option, naming it and what was given
 */
export function inMemoryCollector(options: InMemoryCollectorOptions = {}): MemoryCollector {
  checkNames(options, { keepValues: true }, 'inMemoryCollector');
  const { keepValues = false } = options;
  if (typeof (keepValues as unknown) !== 'boolean') {
    throw new TypeError(`keepValues must be true or false; got ${describe(keepValues)}`);
  }
  return new MemoryCollector(keepValues);
}
