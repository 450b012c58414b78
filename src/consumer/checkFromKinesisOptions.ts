import { hostname } from 'node:os';
import { isObservable } from 'rxjs';
import { checkClientOption } from '../aws/clientOf.ts';
import { MAX_GET_RECORDS } from '../aws/limits.ts';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import { ServiceClock } from '../aws/ServiceClock.ts';
import { streamTarget } from '../aws/streamTarget.ts';
import { isPosition } from '../checkpoint/isProgress.ts';
import { memoryCheckpoints } from '../checkpoint/memoryCheckpoints.ts';
import { checkBackoff } from '../internal/backoff.ts';
import { checkFunction, checkScheduler } from '../internal/checkFunction.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe, type NumberRange } from '../internal/checkNumber.ts';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import { DEFAULT_RHYTHM } from '../record/Delivery.ts';
import { checkCollector } from '../metrics/checkCollector.ts';
import { noopCollector } from '../metrics/noopCollector.ts';
import { checkPoisonPolicy } from '../record/disposePoison.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import type { FromKinesisOptions } from './FromKinesisOptions.ts';
import type { StartAt } from './StartAt.ts';

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;

const NUMBERS = {
  maxShards: { min: 1, max: 100_000, default: 100_000 },
  maxInFlightRecords: { min: 1, max: 10_000_000, default: 10_000 },
  maxInFlightBytes: { min: 1, max: 2 ** 40, default: 64 * MEBIBYTE },
  maxRecordsPerCall: { min: 1, max: MAX_GET_RECORDS, default: MAX_GET_RECORDS },
  maxConcurrentCalls: { min: 1, max: 10_000, default: 64 },
  requestTimeoutMs: { min: 100, max: 300_000, default: 30_000 },
  maxCallsPerSecond: { min: 0.01, max: Infinity, default: 5, fractions: true },
  pollIntervalMs: { min: 0, max: HOUR_MS, default: 1_000 },
  shardSyncIntervalMs: { min: 1_000, max: 24 * HOUR_MS, default: 30_000 },
  leaseDurationMs: { min: 100, max: HOUR_MS, default: 10_000 },
  leaseScanIntervalMs: { min: 10, max: HOUR_MS, default: 1_000 },
  handOverTimeoutMs: { min: 0, max: HOUR_MS, default: 10_000 },
  drainTimeoutMs: { min: 0, max: 24 * HOUR_MS, default: 30_000 },
  stallTimeoutMs: { min: 100, max: 24 * HOUR_MS, default: 300_000 },
} satisfies Record<string, NumberRange & { default: number }>;

const NAMES: Readonly<Record<keyof FromKinesisOptions<unknown>, true>> = {
  client: true,
  codec: true,
  poison: true,
  checkpoints: true,
  startAt: true,
  until: true,
  workerId: true,
  maxShards: true,
  maxInFlightRecords: true,
  maxInFlightBytes: true,
  unpackAggregates: true,
  maxRecordsPerCall: true,
  maxConcurrentCalls: true,
  requestTimeoutMs: true,
  maxCallsPerSecond: true,
  pollIntervalMs: true,
  shardSyncIntervalMs: true,
  leaseDurationMs: true,
  leaseScanIntervalMs: true,
  handOverTimeoutMs: true,
  drainTimeoutMs: true,
  stallTimeoutMs: true,
  backoff: true,
  onDiagnostic: true,
  metrics: true,
  scheduler: true,
  random: true,
};

/** Checks the options of a source once, and returns what makes the settings of each subscription. */
export function checkFromKinesisOptions<T>(
  stream: string,
  options: FromKinesisOptions<T>,
): (client: KinesisClientLike) => ConsumerSettings {
  checkNames(options, NAMES, 'fromKinesis');
  const target = streamTarget(stream);
  checkClientOption(options.client);
  const number = (name: keyof typeof NUMBERS): number => {
    const { default: fallback, ...range } = NUMBERS[name];
    return checkNumber(name, options[name] ?? fallback, range);
  };
  const { checkpoints, until, workerId } = options;
  const scheduler = checkScheduler(options.scheduler) ?? monotonicScheduler;
  const random = checkFunction('random', options.random) ?? Math.random;
  checkFunction('onDiagnostic', options.onDiagnostic);
  checkOption(
    'workerId',
    'a string of at least one character',
    workerId,
    (value) => typeof value === 'string' && value !== '',
  );
  checkOption('checkpoints', 'a checkpoint store, such as memoryCheckpoints()', checkpoints, hasMethod('leases'));
  checkOption('unpackAggregates', 'a boolean', options.unpackAggregates, (value) => typeof value === 'boolean');
  checkOption('codec', 'a codec, such as json()', options.codec, hasMethod('decode'));
  checkOption(
    'until',
    'an Observable or an AbortSignal',
    until,
    (value) => isObservable(value) || value instanceof AbortSignal,
  );
  checkPoisonPolicy(options.poison ?? 'fail');
  if (options.metrics !== undefined) checkCollector('metrics', options.metrics);
  const startAt = checkStartAt(options.startAt ?? (checkpoints ? 'TRIM_HORIZON' : 'LATEST'));
  const backoff = checkBackoff('backoff', options.backoff);
  const numbers = {
    maxShards: number('maxShards'),
    maxInFlight: { records: number('maxInFlightRecords'), bytes: number('maxInFlightBytes') },
    maxRecordsPerCall: number('maxRecordsPerCall'),
    maxConcurrentCalls: number('maxConcurrentCalls'),
    deadline: { timeoutMs: number('requestTimeoutMs'), scheduler },
    pace: { maxCallsPerSecond: number('maxCallsPerSecond'), pollIntervalMs: number('pollIntervalMs') },
    shardSyncIntervalMs: number('shardSyncIntervalMs'),
    leaseDurationMs: number('leaseDurationMs'),
    leaseScanIntervalMs: number('leaseScanIntervalMs'),
    handOverTimeoutMs: number('handOverTimeoutMs'),
    drainTimeoutMs: number('drainTimeoutMs'),
    // Timers take no more than about 25 days; never is another matter.
    stallTimeoutMs: options.stallTimeoutMs === Infinity ? Infinity : number('stallTimeoutMs'),
  };
  return (client) => ({
    ...numbers,
    target,
    client,
    serviceClock: new ServiceClock(),
    // One that nobody sees, and that reports nothing.
    checkpoints: checkpoints ?? memoryCheckpoints({ metrics: noopCollector }),
    unpackAggregates: options.unpackAggregates ?? true,
    settlesOnDelivery: checkpoints === undefined,
    startAt,
    workerId: workerId ?? `${hostname()}:${process.pid}:${crypto.randomUUID()}`,
    rhythm: DEFAULT_RHYTHM,
    backoff,
    scheduler,
    random,
  });
}

function checkOption(name: string, wanted: string, value: unknown, isRight: (value: unknown) => boolean): void {
  if (value !== undefined && !isRight(value)) throw new TypeError(`${name} must be ${wanted}; got ${describe(value)}`);
}

const hasMethod = (method: string) => (value: unknown) =>
  typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function';

function checkStartAt(startAt: StartAt): StartAt {
  const isRight =
    startAt === 'TRIM_HORIZON' ||
    startAt === 'LATEST' ||
    (startAt instanceof Date && !Number.isNaN(startAt.getTime())) ||
    (typeof startAt === 'object' &&
      !Array.isArray(startAt) &&
      !(startAt instanceof Date) &&
      Object.values(startAt).every(isPositionLike));
  if (isRight) return startAt;
  throw new TypeError(
    "startAt must be 'TRIM_HORIZON', 'LATEST', a valid Date, or an object of { sequenceNumber, subSequenceNumber } by shard id; " +
      `got ${describe(startAt)}`,
  );
}

const isPositionLike = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  isPosition(value as never) &&
  /^\d+$/.test((value as { sequenceNumber: string }).sequenceNumber) &&
  Number.isSafeInteger((value as { subSequenceNumber?: unknown }).subSequenceNumber) &&
  (value as { subSequenceNumber: number }).subSequenceNumber >= 0;
