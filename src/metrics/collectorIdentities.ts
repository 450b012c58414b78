import type { MetricsCollector } from './MetricsCollector.ts';

/**
 * Collectors that report the same series have an identity in common: who hears a source through several of them counts it once, and what is
 * added up over sources is added up over all. Others are themselves.
 */
export const collectorIdentities = new WeakMap<MetricsCollector, Pick<MetricsCollector, 'remove'>>();
