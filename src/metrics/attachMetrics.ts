import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { METRICS, type MetricName } from './catalogue.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import type { MetricsOptions } from './MetricsOptions.ts';
import { MetricsProjection } from './MetricsProjection.ts';
import { noopCollector } from './noopCollector.ts';

/** What one collector hears of one subscription. */
export interface Hearing {
  readonly projection: MetricsProjection;
  /** The tap that takes processing times; another may, once that is closed. */
  taker: { readonly closed: boolean };
  /** How often it was attached, and not taken back. */
  uses: number;
}

/** Takes no times: the first tap that may takes its place. */
export const NOBODY: Hearing['taker'] = { closed: true };

/** By subscription: so that a collector that is attached twice counts once. */
const hearings = new WeakMap<Diagnostics, Map<MetricsCollector, Hearing>>();

/** By collector and options: those who report in the same way share gauges, and see each reshard once. */
const projections = new WeakMap<MetricsCollector, Map<string, MetricsProjection>>();

export function projectionOf(collector: MetricsCollector, options: MetricsOptions = {}): MetricsProjection {
  const key = JSON.stringify(options, Object.keys({ ...options, ...options.labels, ...METRICS }).sort());
  let known = projections.get(collector);
  if (!known) projections.set(collector, (known = new Map<string, MetricsProjection>()));
  let projection = known.get(key);
  if (!projection) known.set(key, (projection = new MetricsProjection(collector, options)));
  return projection;
}

/**
 * Lets a collector hear a subscription. One that hears it already goes on as it was attached first.
 *
 * @returns also a function that takes the attachment back
 */
export function attachMetrics(
  diagnostics: Diagnostics,
  collector: MetricsCollector,
  projection: MetricsProjection,
  taker: Hearing['taker'],
): { readonly hearing: Hearing; readonly detach: () => void } {
  let collectors = hearings.get(diagnostics);
  if (!collectors) hearings.set(diagnostics, (collectors = new Map<MetricsCollector, Hearing>()));
  const hearing = collectors.get(collector) ?? { projection, taker, uses: 0 };
  collectors.set(collector, hearing);
  hearing.uses += 1;
  const detach = diagnostics.attach(hearing.projection.hear);
  return {
    hearing,
    detach: () => {
      hearing.uses -= 1;
      if (hearing.uses === 0) collectors.delete(collector);
      detach();
    },
  };
}

/** Whether a collector is told of a metric of a subscription already. */
export const hears = (collector: MetricsCollector, diagnostics: Diagnostics, metric: MetricName): boolean =>
  hearings.get(diagnostics)?.get(collector)?.projection.wants(metric) === true;

/** Lets a source or a sink report to the collector of its options for good. */
export function reportTo(diagnostics: Diagnostics, collector: MetricsCollector): void {
  if (collector !== noopCollector) attachMetrics(diagnostics, collector, projectionOf(collector), NOBODY);
}
