import { metrics } from '@opentelemetry/api';
import type { SchedulerLike } from 'rxjs';
import { checkScheduler } from '../../internal/checkFunction.ts';
import { checkNames } from '../../internal/checkNames.ts';
import { describe } from '../../internal/checkNumber.ts';
import { monotonicScheduler } from '../../internal/monotonicScheduler.ts';
import type { MetricLabels } from '../MetricsCollector.ts';
import { checkLabels } from '../checkLabels.ts';
import type { OpenTelemetryCollectorOptions } from './OpenTelemetryCollectorOptions.ts';

export interface OpenTelemetrySettings {
  /** To be called when the first instrument is made. */
  readonly meter: () => NonNullable<OpenTelemetryCollectorOptions['meter']>;
  /** With its dot. */
  readonly prefix: string;
  readonly labels: MetricLabels;
  readonly scheduler: SchedulerLike;
}

const NAMES: Readonly<Record<keyof OpenTelemetryCollectorOptions, true>> = {
  meter: true,
  meterProvider: true,
  prefix: true,
  labels: true,
  scheduler: true,
};
const METER_METHODS = ['createCounter', 'createHistogram', 'createObservableGauge'];

/** @throws TypeError naming the option, what it may be and what was given */
export function checkOpenTelemetryCollectorOptions(options: OpenTelemetryCollectorOptions): OpenTelemetrySettings {
  checkNames(options, NAMES, 'openTelemetryCollector');
  const { meter, meterProvider } = options;
  if (meter !== undefined && meterProvider !== undefined)
    throw new TypeError('leave out one of meter and meterProvider');
  checkMethods('meter', 'a Meter', meter, METER_METHODS);
  checkMethods('meterProvider', 'a MeterProvider', meterProvider, ['getMeter']);
  return {
    meter: () => meter ?? (meterProvider ?? metrics.getMeterProvider()).getMeter('rxjs-kinesis'),
    prefix: checkPrefix(options.prefix ?? ''),
    labels: checkLabels(options.labels),
    scheduler: checkScheduler(options.scheduler) ?? monotonicScheduler,
  };
}

function checkMethods(option: string, what: string, value: unknown, methods: readonly string[]): void {
  const given = Object(value) as Partial<Record<string, unknown>>;
  if (value === undefined || methods.every((method) => typeof given[method] === 'function')) return;
  throw new TypeError(`${option} must be ${what} of @opentelemetry/api; got ${describe(value)}`);
}

function checkPrefix(prefix: string): string {
  if (prefix === '') return '';
  if (typeof (prefix as unknown) === 'string' && /^[a-z][\w./-]*$/i.test(prefix)) {
    return prefix.endsWith('.') ? prefix : `${prefix}.`;
  }
  throw new TypeError(
    `prefix must be a letter, then letters, digits, _, ., - and /, as in names of OpenTelemetry; got ${describe(prefix)}`,
  );
}
