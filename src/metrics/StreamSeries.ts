import { METRICS, type MetricLabel, type MetricName } from './catalogue.ts';
import type { MetricLabels } from './MetricsCollector.ts';
import type { SharedSeries } from './SharedSeries.ts';
import { SharedTotal } from './SharedTotal.ts';

const withLabel = (label: MetricLabel) =>
  (Object.keys(METRICS) as MetricName[]).filter((name) => (METRICS[name].labels as readonly string[]).includes(label));

const SHARD_METRICS = withLabel('shard_id');

/** So many reshards are remembered: every worker sees each. */
const MAX_RESHARDS = 1_000;

/** The gauges of a stream that each of its readers and writers has a part of. */
export type TotalGauge = 'consumer_queue_size' | 'lease_owned' | 'producer_queue_size';

/** The series of one stream, whoever reads and writes it through this collector. */
export class StreamSeries {
  readonly labels: MetricLabels;
  readonly totals: Readonly<Record<TotalGauge, SharedTotal>> = {
    consumer_queue_size: new SharedTotal(),
    lease_owned: new SharedTotal(),
    producer_queue_size: new SharedTotal(),
  };
  readonly #series: SharedSeries;
  readonly #streamName: string;
  readonly #shards = new Map<string, ShardSeries>();
  readonly #labelled = new Map<string, MetricLabels>();
  readonly #reshards = new Set<string>();
  readonly #readers = new Set<object>();
  readonly #stopped = new WeakSet<object>();
  /** The shards that a reader has left, and not got again. */
  readonly #left = new WeakMap<object, Set<string>>();

  constructor(series: SharedSeries, streamName: string) {
    this.#series = series;
    this.#streamName = streamName;
    this.labels = series.label({ stream_name: streamName });
  }

  /** The labels of a series that one more label tells apart. */
  with(label: MetricLabel, value: string): MetricLabels {
    const key = `${label}=${value}`;
    let labels = this.#labelled.get(key);
    if (!labels)
      this.#labelled.set(key, (labels = this.#series.label({ stream_name: this.#streamName, [label]: value })));
    return labels;
  }

  /** The series of a shard that `reader` reads; undefined once it has left it: what comes late is of no shard of its any more. */
  shard(shardId: string, reader: object): ShardSeries | undefined {
    if (this.#left.get(reader)?.has(shardId) || !this.enter(reader)) return undefined;
    let shard = this.#shards.get(shardId);
    if (!shard) this.#shards.set(shardId, (shard = new ShardSeries(this.#series, this.#streamName, shardId)));
    shard.readers.add(reader);
    return shard;
  }

  /** The series in which something is counted that `reader` did in a shard, also if it has stopped: its counts stay. */
  countsOf(shardId: string, reader: object): ShardSeries | undefined {
    if (!this.#stopped.has(reader)) return this.shard(shardId, reader);
    return this.#shards.get(shardId) ?? new ShardSeries(this.#series, this.#streamName, shardId);
  }

  /** The reader tells of the stream; false once it has stopped. */
  enter(reader: object): boolean {
    if (this.#stopped.has(reader)) return false;
    this.#readers.add(reader);
    return true;
  }

  /** The reader has the lease of the shard, anew perhaps. */
  enterShard(shardId: string, reader: object): void {
    this.#left.get(reader)?.delete(shardId);
  }

  /**
   * The reader reads the shard no more. The series of a shard that nobody reads here go; where that is because its worker has stopped, the
   * counts stay.
   */
  leaveShard(shardId: string, reader: object, keepsCounts: boolean): void {
    const left = this.#left.get(reader) ?? new Set();
    this.#left.set(reader, left.add(shardId));
    this.#release(shardId, reader, keepsCounts);
  }

  /** The reader tells of none of its shards any more. What nobody keeps up goes. */
  leave(reader: object): void {
    for (const shardId of [...this.#shards.keys()]) this.#release(shardId, reader, true);
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    this.#reshards.clear();
    for (const name of ['stream_shards_active', 'stream_shards_closed'] as const)
      this.#series.remove(name, this.labels);
  }

  /** The reader has stopped, after it left: what comes late is counted, and no more. */
  stop(reader: object): void {
    this.#stopped.add(reader);
  }

  /** Whether a reshard is seen for the first time. */
  isNewReshard(parentShardIds: readonly string[]): boolean {
    const reshard = parentShardIds.join(' ');
    if (this.#reshards.has(reshard)) return false;
    this.#reshards.add(reshard);
    const [oldest] = this.#reshards;
    if (this.#reshards.size > MAX_RESHARDS && oldest !== undefined) this.#reshards.delete(oldest);
    return true;
  }

  #release(shardId: string, reader: object, keepsCounts: boolean): void {
    const shard = this.#shards.get(shardId);
    if (!shard?.readers.delete(reader) || shard.readers.size > 0) return;
    // Its counts go with the shard, when another reader here has it to its end.
    if (!keepsCounts) this.#shards.delete(shardId);
    shard.remove(SHARD_METRICS.filter((name) => !keepsCounts || METRICS[name].type === 'gauge'));
  }
}

/** The series of one shard, and who reads it. */
export class ShardSeries {
  readonly shardId: string;
  readonly labels: MetricLabels;
  readonly readers = new Set<object>();
  readonly #series: SharedSeries;
  readonly #labelled = new Map<string, MetricLabels>();

  constructor(series: SharedSeries, streamName: string, shardId: string) {
    this.#series = series;
    this.shardId = shardId;
    this.labels = series.label({ stream_name: streamName, shard_id: shardId });
  }

  with(label: MetricLabel, value: string): MetricLabels {
    const key = `${label}=${value}`;
    let labels = this.#labelled.get(key);
    if (!labels) this.#labelled.set(key, (labels = Object.freeze({ ...this.labels, [label]: value })));
    return labels;
  }

  remove(metrics: readonly MetricName[]): void {
    for (const metric of metrics) {
      const { length } = METRICS[metric].labels;
      if (length === 2) this.#series.remove(metric, this.labels);
      else for (const labels of this.#labelled.values()) this.#series.remove(metric, labels);
    }
  }
}
