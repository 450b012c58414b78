import { describe } from '../internal/checkNumber.ts';
import type { MetricLabels } from './MetricsCollector.ts';

/** @throws TypeError when the labels are no object of strings */
export function checkLabels(labels: MetricLabels): MetricLabels {
  if (typeof (labels as unknown) !== 'object' || (labels as unknown) === null) {
    throw new TypeError(`labels must be an object of strings; got ${describe(labels)}`);
  }
  const wrong = Object.entries(labels).find(([, value]) => typeof (value as unknown) !== 'string');
  if (wrong) throw new TypeError(`labels.${wrong[0]} must be a string; got ${describe(wrong[1])}`);
  return { ...labels };
}
