/** What a metric is: how it adds up, what it counts, and which labels tell its series apart. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: 'records' | 'bytes' | 'seconds' | 'milliseconds' | 'shards' | 'leases' | 'events';
  /** One sentence in the present tense. */
  readonly help: string;
  readonly labels: readonly MetricLabel[];
  /** Upper bounds of a histogram's buckets, rising; a collector may be given others. */
  readonly buckets?: readonly number[];
}

/** The names of labels in the catalogue. */
export type MetricLabel = 'stream_name' | 'shard_id' | 'error_type' | 'reason' | 'event';

const STREAM = ['stream_name'] as const;
const SHARD = ['stream_name', 'shard_id'] as const;

/** From 1 ms to 1 min: calls of a service, and work on a record. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** From 10 ms to 1 d: what a record waits for. */
const LONG_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];
/** Up to what a request of PutRecords takes. */
const COUNTS = [1, 2, 5, 10, 25, 50, 100, 200, 300, 400, 500];

const counter = (unit: MetricDefinition['unit'], labels: readonly MetricLabel[], help: string) =>
  ({ type: 'counter', unit, labels, help }) as const;
const gauge = (unit: MetricDefinition['unit'], labels: readonly MetricLabel[], help: string) =>
  ({ type: 'gauge', unit, labels, help }) as const;
const histogram = (
  unit: MetricDefinition['unit'],
  labels: readonly MetricLabel[],
  buckets: readonly number[],
  help: string,
) => ({ type: 'histogram', unit, labels, buckets, help }) as const;

/**
 * Every metric of the library, by name; that of fan-out is reported once there is fan-out. Names, types and labels are a contract: dashboards and
 * alerts hang on them.
 *
 * A counter's name ends in `_total`, a time's or size's in its unit. A series with a `shard_id` is removed when the shard ends or its lease goes.
 */
export const METRICS = {
  // Producer
  producer_records_sent_total: counter(
    'records',
    STREAM,
    'Records that Kinesis accepted, the good part of a partly failed request included.',
  ),
  producer_bytes_sent_total: counter('bytes', STREAM, 'Bytes of data that Kinesis accepted.'),
  producer_errors_total: counter(
    'events',
    [...STREAM, 'error_type'],
    'Failures of requests, and of records in requests that succeeded in parts.',
  ),
  producer_throttles_total: counter('records', STREAM, 'Records refused for throughput.'),
  producer_batch_size: histogram('records', STREAM, COUNTS, 'Kinesis records in a request.'),
  producer_queue_size: gauge('records', STREAM, 'Records that wait to be accepted.'),
  producer_flush_duration_seconds: histogram(
    'seconds',
    STREAM,
    SECONDS,
    'Time from the start of a request to its outcome.',
  ),
  producer_user_records_per_record: histogram('records', STREAM, COUNTS, 'User records in one Kinesis record.'),
  producer_retries_total: counter('records', STREAM, 'Records tried again.'),
  producer_buffering_seconds: histogram(
    'seconds',
    STREAM,
    SECONDS,
    'Time from putting a record to the request that first carried it.',
  ),

  // Consumer
  consumer_records_received_total: counter(
    'records',
    SHARD,
    'Kinesis records delivered, before aggregates are unpacked.',
  ),
  consumer_bytes_received_total: counter('bytes', SHARD, 'Bytes of data of the records delivered.'),
  consumer_errors_total: counter('events', [...SHARD, 'error_type'], 'Failures of reading.'),
  consumer_checkpoint_success_total: counter('events', SHARD, 'Durable writes of a checkpoint that returned.'),
  consumer_checkpoint_failure_total: counter(
    'events',
    SHARD,
    'Durable writes of a checkpoint that failed, lost ownership included.',
  ),
  consumer_iterator_age_milliseconds: gauge(
    'milliseconds',
    SHARD,
    'How far the last answer was behind the tip of the shard (MillisBehindLatest).',
  ),
  consumer_queue_size: gauge('records', STREAM, 'Records in flight: delivered, not settled.'),
  consumer_lag_records: gauge(
    'records',
    SHARD,
    'Records behind the tip of the shard, estimated from its arrival rate; 0 at the tip.',
  ),
  consumer_processing_time_seconds: histogram(
    'seconds',
    SHARD,
    SECONDS,
    'Time from the delivery of a record to where tapMetrics stands.',
  ),
  consumer_end_to_end_seconds: histogram(
    'seconds',
    STREAM,
    LONG_SECONDS,
    'Time from the arrival of a record in the stream to its settling.',
  ),
  consumer_oldest_unsettled_seconds: gauge('seconds', SHARD, 'Age of the oldest record in flight; 0 if there is none.'),
  consumer_checkpoint_age_seconds: gauge(
    'seconds',
    SHARD,
    'Time for which settled progress of a shard has not been written to the store; 0 if all is.',
  ),
  consumer_paused_seconds_total: counter('seconds', SHARD, 'Time in which flow control held reading back.'),
  consumer_fetch_duration_seconds: histogram(
    'seconds',
    STREAM,
    SECONDS,
    'Time of one GetRecords call, or between events of fan-out.',
  ),
  consumer_fan_out_resubscribes_total: counter('events', [...SHARD, 'reason'], 'Subscriptions of fan-out renewed.'),
  consumer_deaggregation_failures_total: counter('records', SHARD, 'Aggregates that were not what they claimed to be.'),

  // Stream
  stream_shards_active: gauge('shards', STREAM, 'Shards that are open for writing.'),
  stream_shards_closed: gauge('shards', STREAM, 'Shards that are closed and can still be read.'),
  stream_resharding_events_total: counter('events', STREAM, 'Splits and merges seen, one each.'),

  // Leases
  lease_owned: gauge('leases', STREAM, 'Leases that the workers of this process hold.'),
  lease_events_total: counter('events', [...STREAM, 'event'], 'Leases that came or went, by how.'),
  lease_hand_over_seconds: histogram(
    'seconds',
    STREAM,
    SECONDS,
    'Time in which a shard had no reader: from the last sign of the one before to the first answer that was read here.',
  ),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name of a metric of the catalogue. */
export type MetricName = keyof typeof METRICS;

/** What the catalogue says of a metric; undefined for one that is a user's own. */
export function definitionOf(metric: string): MetricDefinition | undefined {
  return Object.hasOwn(METRICS, metric) ? METRICS[metric as MetricName] : undefined;
}
