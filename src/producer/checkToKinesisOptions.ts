import { from, type Observable, type SchedulerLike } from 'rxjs';
import { checkClientOption, type ClientOption } from '../aws/clientOf.ts';
import {
  DEFAULT_MAX_RECORD_BYTES,
  MAX_PUT_RECORDS,
  MAX_PUT_RECORDS_BYTES,
  MAX_RECORD_BYTES,
  WRITE_BYTES_PER_SECOND,
  WRITE_RECORDS_PER_SECOND,
} from '../aws/limits.ts';
import { bytes } from '../codec/bytes.ts';
import type { Codec } from '../codec/Codec.ts';
import type { DiagnosticListener } from '../diagnostics/Diagnostic.ts';
import { type Backoff, checkBackoff } from '../internal/backoff.ts';
import { checkFunction, checkScheduler } from '../internal/checkFunction.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import { checkCollector } from '../metrics/checkCollector.ts';
import type { MetricsCollector } from '../metrics/MetricsCollector.ts';
import type {
  AggregateOptions,
  CreateStreamOptions,
  OnBufferFull,
  OnFailure,
  ProducerOptions,
  ToKinesisOptions,
} from './ToKinesisOptions.ts';
import { soundRandom } from './soundRandom.ts';

/** How large aggregates may be. */
export interface AggregateLimits {
  readonly maxBytes: number;
  readonly maxRecords: number;
}

/** The options after checking, with defaults in. */
export interface ProducerSettings<T> {
  readonly codec: Codec<unknown>;
  readonly partitionKey: ((value: T) => string) | undefined;
  readonly explicitHashKey: ((value: T) => string | undefined) | undefined;
  readonly lingerMs: number;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly maxRecordBytes: number;
  readonly maxInFlightRequests: number;
  readonly flush: Observable<unknown> | undefined;
  readonly order: 'none' | 'partitionKey';
  readonly aggregate: AggregateLimits | undefined;
  readonly shardRecordsPerSecond: number;
  readonly shardBytesPerSecond: number;
  readonly resultOrder: 'completion' | 'input';
  readonly onBufferFull: OnBufferFull;
  readonly createStream: CreateStreamOptions | undefined;
  readonly ttlMs: number;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly requestTimeoutMs: number;
  readonly maxBufferedRecords: number;
  readonly maxBufferedBytes: number;
  readonly onFailure: OnFailure;
  readonly client: ClientOption | undefined;
  readonly onDiagnostic: DiagnosticListener | undefined;
  readonly metrics: MetricsCollector | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
/** What CreateStream takes at the most is the account's affair; this only catches slips. */
const MAX_SHARDS = 100_000;

const PRODUCER_NAMES: Readonly<Record<keyof ProducerOptions<unknown>, true>> = {
  codec: true,
  partitionKey: true,
  explicitHashKey: true,
  lingerMs: true,
  maxBatchRecords: true,
  maxBatchBytes: true,
  maxRecordBytes: true,
  maxInFlightRequests: true,
  order: true,
  aggregate: true,
  shardRecordsPerSecond: true,
  shardBytesPerSecond: true,
  createStream: true,
  ttlMs: true,
  maxAttempts: true,
  backoff: true,
  requestTimeoutMs: true,
  maxBufferedRecords: true,
  maxBufferedBytes: true,
  client: true,
  onDiagnostic: true,
  metrics: true,
  scheduler: true,
  random: true,
};
const NAMES: Readonly<Record<keyof ToKinesisOptions<unknown>, true>> = {
  ...PRODUCER_NAMES,
  flush: true,
  resultOrder: true,
  onBufferFull: true,
  onFailure: true,
};

/** @throws TypeError or RangeError naming the option that is wrong */
export function checkToKinesisOptions<T>(options: ToKinesisOptions<T>): ProducerSettings<T> {
  checkNames(options, NAMES, 'toKinesis');
  return check(options);
}

/** The same for a producer that is no operator. */
export function checkProducerOptions<T>(options: ProducerOptions<T>): ProducerSettings<T> {
  checkNames(options, PRODUCER_NAMES, 'KinesisProducer');
  return check(options);
}

function check<T>(options: ToKinesisOptions<T>): ProducerSettings<T> {
  const range = (option: NumericOption, standard: number, max: number, min = 1) => {
    const { [option]: value = standard } = options;
    return checkNumber(option, value, { min, max });
  };
  // Not `??`: null is no option that was left out.
  const {
    order = 'none',
    aggregate = false,
    resultOrder = 'completion',
    onBufferFull = 'error',
    onFailure = 'error',
  } = options;
  const maxRecordBytes = range('maxRecordBytes', DEFAULT_MAX_RECORD_BYTES, MAX_RECORD_BYTES);
  const ttlMs = range('ttlMs', 30_000, 86_400_000);
  return {
    codec: checkCodec(options.codec),
    partitionKey: checkFunction('partitionKey', options.partitionKey),
    explicitHashKey: checkFunction('explicitHashKey', options.explicitHashKey),
    // Who waits for company has to have time left for the request.
    lingerMs: Math.min(range('lingerMs', 100, 60_000, 0), Math.floor(ttlMs / 2)),
    maxBatchRecords: range('maxBatchRecords', MAX_PUT_RECORDS, MAX_PUT_RECORDS),
    maxBatchBytes: range('maxBatchBytes', 5 * MIB, MAX_PUT_RECORDS_BYTES),
    maxRecordBytes,
    maxInFlightRequests: range('maxInFlightRequests', 4, 256),
    flush: checkFlush(options.flush),
    order: checkOneOf('order', order, ['none', 'partitionKey']),
    aggregate: checkAggregate(aggregate, maxRecordBytes),
    shardRecordsPerSecond: range('shardRecordsPerSecond', WRITE_RECORDS_PER_SECOND, Infinity),
    shardBytesPerSecond: range('shardBytesPerSecond', WRITE_BYTES_PER_SECOND, Infinity, 1_024),
    resultOrder: checkOneOf('resultOrder', resultOrder, ['completion', 'input']),
    onBufferFull: checkOneOf('onBufferFull', onBufferFull, ['error', 'drop']),
    createStream: checkCreateStream(options.createStream),
    ttlMs,
    maxAttempts: range('maxAttempts', Infinity, Infinity),
    backoff: checkBackoff('backoff', options.backoff),
    requestTimeoutMs: range('requestTimeoutMs', 10_000, 300_000, 100),
    maxBufferedRecords: range('maxBufferedRecords', 100_000, 10_000_000),
    maxBufferedBytes: range('maxBufferedBytes', 128 * MIB, Infinity),
    onFailure: checkOneOf('onFailure', onFailure, ['error', 'emit']),
    client: checkClientOption(options.client),
    onDiagnostic: checkFunction('onDiagnostic', options.onDiagnostic),
    metrics: options.metrics === undefined ? undefined : checkCollector('metrics', options.metrics),
    scheduler: checkScheduler(options.scheduler) ?? monotonicScheduler,
    random: soundRandom(checkFunction('random', options.random) ?? Math.random),
  };
}

type NumericOption = {
  [Key in keyof ToKinesisOptions<unknown>]-?: ToKinesisOptions<unknown>[Key] extends number | undefined ? Key : never;
}[keyof ToKinesisOptions<unknown>];

function checkCodec(codec: unknown): Codec<unknown> {
  if (codec === undefined) return bytes();
  if (typeof codec === 'object' && codec !== null && 'encode' in codec && typeof codec.encode === 'function') {
    return codec as Codec<unknown>;
  }
  throw new TypeError(`codec must have a method encode; got ${describe(codec)}`);
}

function checkOneOf<const Value extends string>(option: string, value: unknown, values: readonly Value[]): Value {
  const found = values.find((each) => each === value);
  if (found !== undefined) return found;
  throw new TypeError(`${option} must be ${values.map((each) => `'${each}'`).join(' or ')}; got ${describe(value)}`);
}

const AGGREGATE_NAMES = { maxBytes: true, maxRecords: true };

function checkAggregate(value: unknown, maxRecordBytes: number): AggregateLimits | undefined {
  if (value === false) return undefined;
  if (value !== true && (typeof value !== 'object' || value === null)) {
    throw new TypeError(`aggregate must be true, false or { maxBytes, maxRecords }; got ${describe(value)}`);
  }
  if (value !== true) checkNames(value, AGGREGATE_NAMES, 'aggregate');
  if (maxRecordBytes < KIB) {
    throw new RangeError(
      `maxRecordBytes must be at least ${KIB} with aggregate, as an aggregate is a record; got ${maxRecordBytes}`,
    );
  }
  const { maxBytes = Math.min(50 * KIB, maxRecordBytes), maxRecords = 10_000 }: AggregateOptions =
    value === true ? {} : value;
  return {
    maxBytes: checkNumber('aggregate.maxBytes', maxBytes, { min: KIB, max: maxRecordBytes }),
    maxRecords: checkNumber('aggregate.maxRecords', maxRecords, { min: 2, max: 1_000_000 }),
  };
}

function checkCreateStream(value: unknown): CreateStreamOptions | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 1) {
    if ('mode' in value && value.mode === 'ON_DEMAND') return { mode: 'ON_DEMAND' };
    if ('shards' in value) {
      const shards = checkNumber('createStream.shards', value.shards, { min: 1, max: MAX_SHARDS });
      return { shards };
    }
  }
  const names = typeof value === 'object' && value !== null ? Object.keys(value).join(' and ') || 'nothing' : undefined;
  const given = names === undefined ? describe(value) : `an object with ${names} in it`;
  throw new TypeError(`createStream must be { shards: number } or { mode: 'ON_DEMAND' }; got ${given}`);
}

function checkFlush(value: ToKinesisOptions<unknown>['flush']): Observable<unknown> | undefined {
  if (value === undefined) return undefined;
  try {
    return from(value);
  } catch (error) {
    throw new TypeError(`flush must be an Observable, or what from() takes; got ${describe(value)}`, { cause: error });
  }
}
