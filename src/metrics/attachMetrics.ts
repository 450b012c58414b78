import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import { MetricsProjection } from './MetricsProjection.ts';
import { noopCollector } from './noopCollector.ts';

/** What one collector hears of one subscription. */
export interface Hearing {
  readonly projection: MetricsProjection;
  /** The tap that takes processing times; another may, once that is closed. */
  taker: { readonly closed: boolean };
}

/** By subscription: so that a collector that is attached twice counts once. */
const hearings = new WeakMap<Diagnostics, Map<MetricsCollector, Hearing>>();

/** The projection of a collector without options: one for all that report to it, whose gauges they share. */
const projections = new WeakMap<MetricsCollector, MetricsProjection>();

export function projectionOf(collector: MetricsCollector): MetricsProjection {
  let projection = projections.get(collector);
  if (!projection) projections.set(collector, (projection = new MetricsProjection(collector, {})));
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
  const hearing = collectors.get(collector) ?? { projection, taker };
  collectors.set(collector, hearing);
  return { hearing, detach: diagnostics.attach(hearing.projection.hear) };
}

/** Whether a collector hears a subscription already. */
export const hears = (collector: MetricsCollector, diagnostics: Diagnostics): boolean =>
  hearings.get(diagnostics)?.has(collector) === true;

/** Lets a source or a sink report to the collector of its options for good. */
export function reportTo(diagnostics: Diagnostics, collector: MetricsCollector): void {
  if (collector !== noopCollector) attachMetrics(diagnostics, collector, projectionOf(collector), { closed: true });
}
