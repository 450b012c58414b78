import { describe } from '../internal/checkNumber.ts';
import type { MetricsCollector } from './MetricsCollector.ts';

const METHODS = ['increment', 'gauge', 'histogram'] as const;

/** @throws TypeError naming the option and the method that is missing */
export function checkCollector(option: string, value: MetricsCollector): MetricsCollector {
  const methods = Object(value) as Partial<Record<string, unknown>>;
  const missing = METHODS.find((method) => typeof methods[method] !== 'function');
  if (missing === undefined) return value;
  throw new TypeError(
    `${option} must be a metrics collector, with the methods ${METHODS.join(', ')}; got ${describe(value)}` +
      (typeof value === 'object' && (value as unknown) !== null ? ` without ${missing}` : ''),
  );
}
