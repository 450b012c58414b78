import { checkCollector } from './checkCollector.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import { noopCollector } from './noopCollector.ts';

let collector: MetricsCollector = noopCollector;

/**
 * Sets where sources, sinks and stores report that are given no collector of their own. It counts for those that are subscribed to
 * from then on.
 *
 * @throws TypeError saying what was given when that is no collector
 */
export function setMetricsCollector(metrics: MetricsCollector): void {
  collector = checkCollector('collector', metrics);
}

/** The collector of {@link setMetricsCollector}; `noopCollector` if none was set. */
export function getMetricsCollector(): MetricsCollector {
  return collector;
}

/** Takes back {@link setMetricsCollector}, as between tests. */
export function resetMetricsCollector(): void {
  collector = noopCollector;
}
