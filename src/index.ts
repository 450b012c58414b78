// Reading
export { fromKinesis } from './consumer/fromKinesis.ts';
export type { FromKinesisOptions } from './consumer/FromKinesisOptions.ts';
export { KinesisSource } from './consumer/KinesisSource.ts';
export type { ShardStatus, WorkerStatus } from './consumer/ShardStatus.ts';
export type { StartAt } from './consumer/StartAt.ts';

// Records
export { KinesisRecord, type RecordAttributes } from './record/KinesisRecord.ts';
export { comparePositions, type Position } from './record/position.ts';
export { filterData } from './record/filterData.ts';
export { mapData, type MapDataOptions } from './record/mapData.ts';
export type { DeadLetter, PoisonPolicy } from './record/PoisonPolicy.ts';
export { processRecords } from './record/processRecords.ts';
export type { ProcessRecordsOptions, ProcessRetryOptions } from './record/ProcessRecordsOptions.ts';
export type { ProcessingOrder } from './record/Lanes.ts';
export type { Awaitable, Processed } from './record/Processed.ts';

// Checkpoints
export { checkpoint } from './checkpoint/checkpoint.ts';
export type { CheckpointOptions } from './checkpoint/CheckpointOptions.ts';
export type { CheckpointStore } from './checkpoint/CheckpointStore.ts';
export type { Checkpoint, Lease, NewLease, Taker } from './checkpoint/Lease.ts';
export { ManualCheckpoints } from './checkpoint/ManualCheckpoints.ts';
export { memoryCheckpoints, type MemoryCheckpointsOptions } from './checkpoint/memoryCheckpoints.ts';

// Writing
export { KinesisProducer } from './producer/KinesisProducer.ts';
export { toKinesis } from './producer/toKinesis.ts';
export type {
  AggregateOptions,
  CreateStreamOptions,
  OnBufferFull,
  OnFailure,
  ProducerOptions,
  PutData,
  ToKinesisOptions,
} from './producer/ToKinesisOptions.ts';
export { PutFailure, type PutResult, PutSuccess } from './producer/PutResult.ts';

// Codecs
export { bytes } from './codec/bytes.ts';
export type { Codec, CodecContext } from './codec/Codec.ts';
export { compressed, type CompressedOptions } from './codec/compressed.ts';
export type { Compression } from './codec/compressors.ts';
export { json } from './codec/json.ts';
export { jsonLines, type JsonLinesOptions } from './codec/jsonLines.ts';
export { jsonList, type JsonListOptions } from './codec/jsonList.ts';
export { netstrings, type NetstringsOptions } from './codec/netstrings.ts';
export { text } from './codec/text.ts';
export { validated } from './codec/validated.ts';

// Diagnostics
export type {
  ConsumerDiagnostic,
  LeaseEvent,
  PauseReason,
  ShardSample,
  ShardStopReason,
  TimedRecords,
} from './diagnostics/ConsumerDiagnostic.ts';
export type { Diagnostic, DiagnosticListener } from './diagnostics/Diagnostic.ts';
export type { ProducerDiagnostic } from './diagnostics/ProducerDiagnostic.ts';
export { tapDiagnostics } from './diagnostics/tapDiagnostics.ts';

// Metrics
export { BaseCollector } from './metrics/BaseCollector.ts';
export { type MetricDefinition, type MetricLabel, type MetricName, METRICS } from './metrics/catalogue.ts';
export { combineCollectors } from './metrics/combineCollectors.ts';
export { getMetricsCollector, resetMetricsCollector, setMetricsCollector } from './metrics/globalCollector.ts';
export { type HistogramFigures, HistogramSummary } from './metrics/HistogramSummary.ts';
export { MemoryCollector, type MetricsSnapshot } from './metrics/MemoryCollector.ts';
export { inMemoryCollector, type InMemoryCollectorOptions } from './metrics/inMemoryCollector.ts';
export type { MetricLabels, MetricsCollector } from './metrics/MetricsCollector.ts';
export type { MetricsOptions } from './metrics/MetricsOptions.ts';
export { MetricTimer } from './metrics/MetricTimer.ts';
export { noopCollector } from './metrics/noopCollector.ts';
export { tapMetrics } from './metrics/tapMetrics.ts';

// The seam to AWS
export type { ClientOption } from './aws/clientOf.ts';
export type { KinesisClientLike, KinesisCommand, SendOptions } from './aws/KinesisClientLike.ts';
export { makeKinesisClient } from './aws/makeKinesisClient.ts';
export type { BackoffOptions } from './internal/backoff.ts';

// Errors
export { BufferFullError, type BufferFullErrorOptions } from './errors/BufferFullError.ts';
export { CheckpointFlushError, type FailedShard } from './errors/CheckpointFlushError.ts';
export { CheckpointStoreError } from './errors/CheckpointStoreError.ts';
export { DeadLetterError } from './errors/DeadLetterError.ts';
export { DecodeError } from './errors/DecodeError.ts';
export { EncodeError, type EncodeErrorOptions } from './errors/EncodeError.ts';
export {
  type AwsErrorKind,
  KinesisServiceError,
  type KinesisServiceErrorOptions,
} from './errors/KinesisServiceError.ts';
export { KinesisStreamError, type KinesisStreamErrorOptions } from './errors/KinesisStreamError.ts';
export { LeaseLostError } from './errors/LeaseLostError.ts';
export { ProcessingError } from './errors/ProcessingError.ts';
export { PutFailedError, type PutFailedErrorOptions } from './errors/PutFailedError.ts';
export {
  RecordRejectedError,
  type RecordRejectedErrorOptions,
  type RejectionReason,
} from './errors/RecordRejectedError.ts';
export { StalledError } from './errors/StalledError.ts';
