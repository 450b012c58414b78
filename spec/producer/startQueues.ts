import { Entry } from '../../src/producer/Entry.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { FixedShards } from './FixedShards.ts';

/**
 * Queues over shards without limits, and what to fill them with: records at parts of the hash range, named by one letter each.
 *
 * @param shards two halves, if left out
 */
export function startQueues(
  options: ToKinesisOptions<string> = {},
  shards: Record<string, number> = { low: 0, high: 0.5 },
) {
  const clock = new VirtualClock(0);
  const map = new FixedShards();
  map.set(shards);
  const seen = { resumed: 0 };
  const unlimited = { shardRecordsPerSecond: Infinity, shardBytesPerSecond: Infinity };
  const queues = map.queues<string>(clock, { ...unlimited, ...options }, () => (seen.resumed += 1));
  const pushOne = (value: string, part: number, arrivedAt = clock.now(), key = 'key', data = value) => {
    const hashKey = FixedShards.key(part).toString();
    queues.push(new Entry(value, Buffer.from(data), key, hashKey, data.length + key.length, arrivedAt));
  };
  const push = (values: string, part: number, arrivedAt?: number, key?: string) => {
    for (const value of values) pushOne(value, part, arrivedAt, key);
  };
  return { clock, map, seen, queues, push, pushOne };
}
