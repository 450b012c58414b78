import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { definitionOf, METRICS } from './catalogue.ts';
import { checkLabelName } from './checkLabelName.ts';
import { checkLabels } from './checkLabels.ts';
import type { MetricsOptions } from './MetricsOptions.ts';

const NAMES: Readonly<Record<keyof MetricsOptions, true>> = {
  labels: true,
  include: true,
  exclude: true,
  sampling: true,
};

const OWN_LABELS = new Set<string>(Object.values(METRICS).flatMap(({ labels }) => labels));
const FRACTION = { min: 0.000_001, max: 1, fractions: true };

/**
 * Returns the options as a copy of its own.
 *
 * @throws TypeError or RangeError naming the option that is wrong, its range and what was given
 */
export function checkMetricsOptions(options: MetricsOptions): MetricsOptions {
  checkNames(options, NAMES, 'tapMetrics');
  const { labels, include, exclude, sampling } = options;
  for (const [name, metrics] of Object.entries({ include, exclude })) {
    if (metrics !== undefined) checkList(name, metrics);
  }
  if (typeof sampling === 'number') checkNumber('sampling', sampling, FRACTION);
  else if (sampling !== undefined) {
    if (typeof (sampling as unknown) !== 'object' || (sampling as unknown) === null) {
      throw new TypeError(`sampling must be a number, or an object of numbers by metric; got ${describe(sampling)}`);
    }
    for (const [metric, fraction] of Object.entries(sampling)) {
      checkMetric('sampling', metric);
      const type = definitionOf(metric)?.type ?? 'gauge';
      if (type !== 'histogram') throw new RangeError(`sampling is for histograms; ${metric} is a ${type}`);
      checkNumber(`sampling of ${metric}`, fraction, FRACTION);
    }
  }
  return labels === undefined ? options : { ...options, labels: checkLabels(labels, checkName) };
}

function checkName(name: string): void {
  checkLabelName(name);
  if (OWN_LABELS.has(name)) {
    throw new RangeError(`labels must not name ${describe(name)}, which is a label of the catalogue`);
  }
}

function checkList(option: string, metrics: unknown): void {
  if (!Array.isArray(metrics)) {
    throw new TypeError(`${option} must be an array of names of metrics; got ${describe(metrics)}`);
  }
  for (const metric of metrics as unknown[]) checkMetric(option, metric);
}

function checkMetric(option: string, metric: unknown): void {
  if (typeof metric === 'string' && definitionOf(metric)) return;
  throw new RangeError(
    `${option} names ${describe(metric)}, which is no metric; there are ${Object.keys(METRICS).join(', ')}`,
  );
}
