import { CombinedCollector } from './CombinedCollector.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import { noopCollector } from './noopCollector.ts';

/** The collectors that are to hear what a collector is given: those that it combines, each once, however deep; of one that collects nothing, none. */
export function partsOf(collector: MetricsCollector): readonly MetricsCollector[] {
  if (collector instanceof CombinedCollector) return collector.parts;
  return collector === noopCollector ? [] : [collector];
}
