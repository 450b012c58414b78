import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { METRICS, type MetricName } from './catalogue.ts';
import { collectorIdentities } from './collectorIdentities.ts';
import { GuardedCollector } from './GuardedCollector.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import type { MetricsOptions } from './MetricsOptions.ts';
import { MetricsProjection } from './MetricsProjection.ts';
import { partsOf } from './partsOf.ts';
import { SharedSeries } from './SharedSeries.ts';

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

/** By subscription, then by the collector's identity: so that one that is attached twice counts once. */
const hearings = new WeakMap<Diagnostics, Map<object, Hearing>>();

/** By collector, then by options. */
const projections = new WeakMap<MetricsCollector, Map<string, MetricsProjection>>();

/** By the collector's identity, then by constant labels: those who report the same series share gauges, and see each reshard once. */
const series = new WeakMap<object, Map<string, SharedSeries>>();

const identityOf = (collector: MetricsCollector) => collectorIdentities.get(collector) ?? collector;

export function projectionOf(collector: MetricsCollector, options: MetricsOptions = {}): MetricsProjection {
  const { labels = {} } = options;
  const identity = identityOf(collector);
  const key = JSON.stringify(options, Object.keys({ ...options, ...labels, ...METRICS }).sort());
  return known(projections, collector, key, () => {
    const ofLabels = JSON.stringify(Object.entries(labels).sort());
    const shared = known(series, identity, ofLabels, () => new SharedSeries(GuardedCollector.of(identity), labels));
    return new MetricsProjection(GuardedCollector.of(collector), options, shared);
  });
}

/** What there is of a collector by that key; `make` makes it if there is none. */
function known<T>(all: WeakMap<object, Map<string, T>>, collector: object, key: string, make: () => T): T {
  const ofCollector = all.get(collector) ?? new Map<string, T>();
  all.set(collector, ofCollector);
  const value = ofCollector.get(key) ?? make();
  ofCollector.set(key, value);
  return value;
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
  const identity = identityOf(collector);
  let collectors = hearings.get(diagnostics);
  if (!collectors) hearings.set(diagnostics, (collectors = new Map<object, Hearing>()));
  const hearing = collectors.get(identity) ?? { projection, taker, uses: 0 };
  collectors.set(identity, hearing);
  hearing.uses += 1;
  const detach = diagnostics.attach(hearing.projection.hear);
  return {
    hearing,
    detach: () => {
      hearing.uses -= 1;
      detach();
      if (hearing.uses > 0) return;
      collectors.delete(identity);
      hearing.projection.leave(diagnostics);
    },
  };
}

/** Whether a collector is told of a metric of a subscription already. */
export const hears = (collector: MetricsCollector, diagnostics: Diagnostics, metric: MetricName): boolean =>
  hearings.get(diagnostics)?.get(identityOf(collector))?.projection.wants(metric) === true;

/** Lets a source or a sink report to the collector of its options for good. */
export function reportTo(diagnostics: Diagnostics, collector: MetricsCollector): void {
  for (const part of partsOf(collector)) attachMetrics(diagnostics, part, projectionOf(part), NOBODY);
}
