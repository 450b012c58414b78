import { from, type Observable, type SchedulerLike } from 'rxjs';
import { checkClientOption, type ClientOption } from '../aws/clientOf.ts';
import { DEFAULT_MAX_RECORD_BYTES, MAX_PUT_RECORDS, MAX_PUT_RECORDS_BYTES, MAX_RECORD_BYTES } from '../aws/limits.ts';
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
import type { OnFailure, ToKinesisOptions } from './ToKinesisOptions.ts';

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

const MIB = 1024 * 1024;

const NAMES: Readonly<Record<keyof ToKinesisOptions<unknown>, true>> = {
  codec: true,
  partitionKey: true,
  explicitHashKey: true,
  lingerMs: true,
  maxBatchRecords: true,
  maxBatchBytes: true,
  maxRecordBytes: true,
  maxInFlightRequests: true,
  flush: true,
  ttlMs: true,
  maxAttempts: true,
  backoff: true,
  requestTimeoutMs: true,
  maxBufferedRecords: true,
  maxBufferedBytes: true,
  onFailure: true,
  client: true,
  onDiagnostic: true,
  metrics: true,
  scheduler: true,
  random: true,
};

/** @throws TypeError or RangeError naming the option that is wrong */
export function checkToKinesisOptions<T>(options: ToKinesisOptions<T>): ProducerSettings<T> {
  checkNames(options, NAMES, 'toKinesis');
  const range = (option: NumericOption, standard: number, max: number, min = 1) =>
    checkNumber(option, options[option] ?? standard, { min, max });
  return {
    codec: checkCodec(options.codec),
    partitionKey: checkFunction('partitionKey', options.partitionKey),
    explicitHashKey: checkFunction('explicitHashKey', options.explicitHashKey),
    lingerMs: range('lingerMs', 100, 60_000, 0),
    maxBatchRecords: range('maxBatchRecords', MAX_PUT_RECORDS, MAX_PUT_RECORDS),
    maxBatchBytes: range('maxBatchBytes', 5 * MIB, MAX_PUT_RECORDS_BYTES),
    maxRecordBytes: range('maxRecordBytes', DEFAULT_MAX_RECORD_BYTES, MAX_RECORD_BYTES),
    maxInFlightRequests: range('maxInFlightRequests', 4, 256),
    flush: checkFlush(options.flush),
    ttlMs: range('ttlMs', 30_000, 86_400_000),
    maxAttempts: range('maxAttempts', Infinity, Infinity),
    backoff: checkBackoff('backoff', options.backoff),
    requestTimeoutMs: range('requestTimeoutMs', 10_000, 300_000, 100),
    maxBufferedRecords: range('maxBufferedRecords', 100_000, 10_000_000),
    maxBufferedBytes: range('maxBufferedBytes', 128 * MIB, Infinity),
    onFailure: checkOnFailure(options.onFailure ?? 'error'),
    client: checkClientOption(options.client),
    onDiagnostic: checkFunction('onDiagnostic', options.onDiagnostic),
    metrics: options.metrics && checkCollector('metrics', options.metrics),
    scheduler: checkScheduler(options.scheduler) ?? monotonicScheduler,
    random: checkFunction('random', options.random) ?? Math.random,
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

function checkOnFailure(value: unknown): OnFailure {
  if (value === 'error' || value === 'emit') return value;
  throw new TypeError(`onFailure must be 'error' or 'emit'; got ${describe(value)}`);
}

function checkFlush(value: ToKinesisOptions<unknown>['flush']): Observable<unknown> | undefined {
  if (value === undefined) return undefined;
  try {
    return from(value);
  } catch (error) {
    throw new TypeError(`flush must be an Observable, or what from() takes; got ${describe(value)}`, { cause: error });
  }
}
