import type { BaseCollector } from './BaseCollector.ts';
import { checkCollector } from './checkCollector.ts';
import { CombinedCollector } from './CombinedCollector.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import { partsOf } from './partsOf.ts';

/**
 * A collector that gives each call to several, in the order given.
 *
 * Of none it collects nothing. Each is called once, also one that is given twice, or within another that combines; and where one of them hears a source
 * by itself, too, it counts that once. One that throws keeps nothing from the others; the error is thrown once all were called.
 * `flush()` and `close()` wait for all, and reject with an `AggregateError` of what failed.
 *
 * @example
 * ```ts
 * const seen = inMemoryCollector();
 * setMetricsCollector(combineCollectors(seen, noopCollector));
 * ```
 *
 * @throws TypeError for what is no collector, saying which and what was given
 */
export function combineCollectors(
  ...collectors: readonly MetricsCollector[]
): BaseCollector & Required<MetricsCollector> {
  const parts = collectors.flatMap((collector, index) => partsOf(checkCollector(`collector ${index + 1}`, collector)));
  return new CombinedCollector([...new Set(parts)]);
}
