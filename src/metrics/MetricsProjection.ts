import type { Diagnostic } from '../diagnostics/Diagnostic.ts';
import { Streak } from '../internal/Streak.ts';
import type { KinesisRecord } from '../record/KinesisRecord.ts';
import type { MetricName } from './catalogue.ts';
import { CollectorView, type Observe } from './CollectorView.ts';
import type { GuardedCollector } from './GuardedCollector.ts';
import { Instant } from './Instant.ts';
import type { MetricsOptions } from './MetricsOptions.ts';
import type { SharedSeries } from './SharedSeries.ts';
import type { ShardSeries, StreamSeries, TotalGauge } from './StreamSeries.ts';

/** The `shard_id` of a failure that concerns no shard in particular, such as one of ListShards. */
const WHOLE_STREAM = '<stream>';

const TOTALS: readonly TotalGauge[] = ['consumer_queue_size', 'lease_owned', 'producer_queue_size'];

/**
 * What events mean in metrics: the one place that says so.
 */
export class MetricsProjection {
  readonly #view: CollectorView;
  readonly #series: SharedSeries;
  readonly #observeProcessing: Observe;
  readonly #takesTimes: boolean;
  /** Processing times in `#latestShard`. */
  readonly #processing: Streak;
  /** Of the record that was processed last, and its reader: the next is likely to be of the same. */
  #latestShard: ShardSeries | undefined;
  #latestReader: object | undefined;
  #instant: Instant | undefined;

  /** @param series those of the collector with the constant labels of the options */
  constructor(collector: GuardedCollector, options: MetricsOptions, series: SharedSeries) {
    this.#view = new CollectorView(collector, options);
    this.#series = series;
    series.want(this.#view.wanted);
    this.#observeProcessing = this.#view.observer('consumer_processing_time_seconds');
    this.#takesTimes = this.#view.wants('consumer_processing_time_seconds');
    this.#processing = new Streak((seconds, times) => {
      if (this.#latestShard) this.#observeProcessing(this.#latestShard.labels, seconds, times);
    });
  }

  /** Hears an event; `source` tells subscriptions apart. */
  readonly hear = (diagnostic: Diagnostic, source: object): void => {
    this.#project(diagnostic, source);
  };

  /** A record has come to where its processing time is taken. */
  processed(record: KinesisRecord<unknown>): void {
    if (!this.#takesTimes || this.#instant?.holds(record)) return;
    this.#endInstant();
    if (this.#measure(record) === 0) this.#instant = Instant.of(record);
  }

  /** Answers the time, in milliseconds, if it is known. */
  #measure({ delivery, index, streamName, shardId }: KinesisRecord<unknown>): number | undefined {
    const { clock, diagnostics } = delivery.origin;
    const deliveredMs = delivery.deliveredMs(index);
    if (deliveredMs === undefined) return undefined;
    let shard = this.#latestShard;
    if (diagnostics !== this.#latestReader || shard?.shardId !== shardId) {
      this.flush();
      shard = this.#series.stream(streamName).shard(shardId, diagnostics);
      if (!shard) return undefined;
      this.#latestShard = shard;
      this.#latestReader = diagnostics;
    }
    const ms = clock.now(index) - deliveredMs;
    // The event that ends the delivery is on its way.
    if (clock.isDelivering) this.#processing.add(ms / 1_000);
    else this.#observeProcessing(shard.labels, ms / 1_000);
    return ms;
  }

  /** Whether its options let a metric through. */
  wants(metric: MetricName): boolean {
    return this.#view.wants(metric);
  }

  /** Reports what it has collected to report at once. */
  flush(): void {
    this.#endInstant();
    this.#processing.flush();
  }

  /** A source is not heard any more, though it may go on: what nobody else keeps up goes. */
  leave(source: object): void {
    this.flush();
    this.#forget();
    for (const stream of this.#series.streams) {
      for (const gauge of this.#leaveTotals(stream, source)) {
        if (!stream.totals[gauge].isKeptUp) this.#series.remove(gauge, stream.labels);
      }
      stream.leave(source);
    }
  }

  #project(event: Diagnostic, source: object): void {
    const view = this.#view;
    const stream = this.#series.stream(event.streamName);
    switch (event.type) {
      case 'put':
        view.increment('producer_records_sent_total', stream.labels, event.acceptedRecords);
        view.increment('producer_bytes_sent_total', stream.labels, event.acceptedBytes);
        view.histogram('producer_batch_size', stream.labels, event.records);
        for (const records of event.userRecords)
          view.histogram('producer_user_records_per_record', stream.labels, records);
        view.histogram('producer_flush_duration_seconds', stream.labels, event.durationMs / 1_000);
        for (const { ms, records } of event.buffered) {
          view.histogram('producer_buffering_seconds', stream.labels, ms / 1_000, records);
        }
        break;
      case 'astray':
        view.increment('producer_records_sent_total', stream.labels, event.acceptedRecords);
        view.increment('producer_bytes_sent_total', stream.labels, event.acceptedBytes);
        break;
      case 'refused': {
        const failures = event.isWholeRequest ? 1 : event.records;
        view.increment('producer_errors_total', stream.with('error_type', event.errorType), failures);
        if (event.isThrottle) view.increment('producer_throttles_total', stream.labels, event.records);
        break;
      }
      case 'putFailed':
        // One that was sent was counted when it was refused.
        if (event.attempts === 0) {
          view.increment('producer_errors_total', stream.with('error_type', event.error.name), 1);
        }
        break;
      case 'retrying':
        view.increment('producer_retries_total', stream.labels, event.records);
        break;
      case 'queued':
        this.#total('producer_queue_size', stream, source, event.records);
        // A writer does not say that it has stopped.
        if (event.records === 0) stream.totals.producer_queue_size.leave(source);
        break;
      case 'shardsListed':
        if (!stream.enter(source)) break;
        view.gauge('stream_shards_active', stream.labels, event.openShards);
        view.gauge('stream_shards_closed', stream.labels, event.closedShards);
        break;
      case 'resharded':
        if (view.wants('stream_resharding_events_total') && stream.isNewReshard(event.parentShardIds)) {
          view.increment('stream_resharding_events_total', stream.labels, 1);
        }
        break;
      case 'lease':
        if (event.event === 'taken' || event.event === 'stolen') stream.enterShard(event.shardId, source);
        view.increment('lease_events_total', stream.with('event', event.event), 1);
        this.#total('lease_owned', stream, source, event.ownedLeases);
        break;
      case 'takenOver':
        view.histogram('lease_hand_over_seconds', stream.labels, event.unreadMs / 1_000);
        break;
      case 'fetched': {
        const labels = stream.shard(event.shardId, source)?.labels;
        if (!labels) break;
        view.histogram('consumer_fetch_duration_seconds', stream.labels, event.durationMs / 1_000);
        if (event.millisBehindLatest !== undefined) {
          view.gauge('consumer_iterator_age_milliseconds', labels, event.millisBehindLatest);
        }
        if (event.lagRecords !== undefined) view.gauge('consumer_lag_records', labels, event.lagRecords);
        break;
      }
      case 'delivered': {
        this.flush();
        const labels = stream.countsOf(event.shardId, source)?.labels;
        if (!labels) break;
        view.increment('consumer_records_received_total', labels, event.records);
        view.increment('consumer_bytes_received_total', labels, event.bytes);
        break;
      }
      case 'unpackFailed': {
        const labels = stream.countsOf(event.shardId, source)?.labels;
        if (labels) view.increment('consumer_deaggregation_failures_total', labels, 1);
        break;
      }
      case 'settled':
        for (const { ms, records } of event.endToEnd) {
          view.histogram('consumer_end_to_end_seconds', stream.labels, ms / 1_000, records);
        }
        break;
      case 'sampled':
        this.#total('consumer_queue_size', stream, source, event.inFlightRecords);
        // For those who came too late for the events of leases.
        this.#total('lease_owned', stream, source, event.shards.length);
        for (const sample of event.shards) {
          const labels = stream.shard(sample.shardId, source)?.labels;
          if (!labels) continue;
          view.gauge('consumer_oldest_unsettled_seconds', labels, sample.oldestUnsettledMs / 1_000);
          view.gauge('consumer_checkpoint_age_seconds', labels, sample.checkpointAgeMs / 1_000);
          view.increment('consumer_paused_seconds_total', labels, sample.pausedMs / 1_000);
        }
        break;
      case 'readFailed':
      case 'failed': {
        if (event.errorType === undefined) break;
        const shard = stream.countsOf(event.shardId ?? WHOLE_STREAM, source);
        if (shard) view.increment('consumer_errors_total', shard.with('error_type', event.errorType), 1);
        break;
      }
      case 'checkpointed':
      case 'checkpointFailed': {
        const labels = stream.countsOf(event.shardId, source)?.labels;
        const outcome = event.type === 'checkpointed' ? 'success' : 'failure';
        if (labels) view.increment(`consumer_checkpoint_${outcome}_total`, labels, 1);
        break;
      }
      case 'shardStopped':
        this.flush();
        this.#forget();
        stream.leaveShard(event.shardId, source, event.reason === 'workerStopped');
        break;
      case 'stopped':
        this.flush();
        this.#forget();
        this.#leaveTotals(stream, source);
        stream.leave(source);
        stream.stop(source);
        break;
      case 'drainTimedOut':
      case 'iterator':
      case 'mapped':
      case 'mapFailed':
      case 'paused':
      case 'poisoned':
      case 'prepareFailed':
      case 'ready':
      case 'resumed':
      case 'shardEnded':
      case 'shardRead':
      case 'storeFailed':
    }
  }

  /** Reports a gauge that all sources of a stream have parts of; one whose options leave it out has none. */
  #total(gauge: TotalGauge, stream: StreamSeries, source: object, part: number): void {
    if (this.#view.wants(gauge)) this.#view.gauge(gauge, stream.labels, stream.totals[gauge].set(source, part));
  }

  /** Takes a source's parts away, and answers which it had. */
  #leaveTotals(stream: StreamSeries, source: object): readonly TotalGauge[] {
    const gauges = TOTALS.filter((gauge) => stream.totals[gauge].has(source));
    for (const gauge of gauges) this.#view.gauge(gauge, stream.labels, stream.totals[gauge].leave(source));
    return gauges;
  }

  /** No more records are of it: whether the last was slow is known where it is done. */
  #endInstant(): void {
    if (!this.#instant) return;
    const { followers, overrunMs } = this.#instant;
    this.#instant = undefined;
    this.#processing.again(followers);
    if (overrunMs > 0) this.#processing.amend(overrunMs / 1_000);
  }

  /** Nobody's record was the last. */
  #forget(): void {
    this.#latestReader = undefined;
    this.#instant = undefined;
  }
}
