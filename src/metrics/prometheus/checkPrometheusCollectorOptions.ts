import type { Registry } from 'prom-client';
import { checkNames } from '../../internal/checkNames.ts';
import { describe } from '../../internal/checkNumber.ts';
import { definitionOf } from '../catalogue.ts';
import { checkLabelName as checkAnyLabelName } from '../checkLabelName.ts';
import { checkLabels } from '../checkLabels.ts';
import type { PrometheusCollectorOptions } from './PrometheusCollectorOptions.ts';

const NAMES: Readonly<Record<keyof PrometheusCollectorOptions, true>> = {
  namespace: true,
  registry: true,
  buckets: true,
  labels: true,
};

/** What a namespace may be, so that with any name after it there is a metric's. */
const NAMESPACE = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** As it has the names of metrics. */
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** @throws TypeError or RangeError naming the option that is wrong, its range and what was given */
export function checkPrometheusCollectorOptions(options: PrometheusCollectorOptions): PrometheusCollectorOptions {
  checkNames(options, NAMES, 'prometheusCollector');
  const { namespace, registry, buckets } = options;
  if (namespace !== undefined) checkNamespace(namespace);
  if (registry !== undefined && typeof (registry as Partial<Registry>).registerMetric !== 'function') {
    throw new TypeError(`registry must be a Registry of prom-client; got ${describe(registry)}`);
  }
  if (Array.isArray(buckets)) checkBuckets('buckets', buckets);
  else if (buckets !== undefined) {
    if (typeof (buckets as unknown) !== 'object' || (buckets as unknown) === null) {
      throw new TypeError(
        `buckets must be an array of numbers, or an object of such by metric; got ${describe(buckets)}`,
      );
    }
    for (const [metric, bounds] of Object.entries(buckets)) {
      const type = definitionOf(metric)?.type ?? 'histogram';
      if (type !== 'histogram') throw new RangeError(`buckets are for histograms; ${metric} is a ${type}`);
      checkBuckets(`buckets of ${metric}`, bounds);
    }
  }
  return { ...options, labels: checkLabels(options.labels, checkLabelName) };
}

/** @throws RangeError for a name that Prometheus does not allow, namespace included */
export function checkMetricName(name: string): void {
  if (METRIC_NAME.test(name)) return;
  throw new RangeError(
    `the name of a metric must have letters, digits, underscores and colons, no digit first; got ${describe(name)}`,
  );
}

function checkNamespace(namespace: unknown): void {
  if (typeof namespace !== 'string') throw new TypeError(`namespace must be a string; got ${describe(namespace)}`);
  if (NAMESPACE.test(namespace)) return;
  throw new RangeError(
    `namespace must have letters, digits and underscores, no digit first; got ${describe(namespace)}`,
  );
}

/** @throws RangeError for a name that Prometheus does not allow, or has for itself */
export function checkLabelName(name: string): void {
  checkAnyLabelName(name);
  if (name !== 'le' && !name.startsWith('__')) return;
  throw new RangeError(`a label cannot be named ${describe(name)}, which is Prometheus' own`);
}

function checkBuckets(option: string, bounds: unknown): void {
  const isRising =
    Array.isArray(bounds) &&
    bounds.length > 0 &&
    bounds.every(
      (bound: unknown, index) =>
        typeof bound === 'number' && Number.isFinite(bound) && (index === 0 || bound > Number(bounds[index - 1])),
    );
  if (!isRising) {
    throw new RangeError(`${option} must be an array of at least one finite number, rising; got ${shown(bounds)}`);
  }
}

const shown = (value: unknown) => (Array.isArray(value) ? `[${value.map(String).join(', ')}]` : describe(value));
