import { describe } from '../internal/checkNumber.ts';
import type { MetricLabels } from './MetricsCollector.ts';

/**
 * Returns the option `labels` as a copy of its own.
 *
 * @param checkName throws for a name that is not allowed
 * @throws TypeError when the labels are no object of strings
 */
export function checkLabels(labels: MetricLabels = {}, checkName?: (name: string) => void): MetricLabels {
  if (typeof (labels as unknown) !== 'object' || (labels as unknown) === null || Array.isArray(labels)) {
    throw new TypeError(`labels must be an object of strings; got ${describe(labels)}`);
  }
  for (const [name, value] of Object.entries(labels)) {
    if (typeof (value as unknown) !== 'string') {
      throw new TypeError(`labels.${name} must be a string; got ${describe(value)}`);
    }
    checkName?.(name);
  }
  return Object.freeze({ ...labels });
}
