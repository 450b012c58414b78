import type { CollectorUnderTest, ReadSeries } from '../metricsCollectorCases.ts';

/** What a case does with a collector; `seen` is what was reported so far, after a flush. */
export type CollectorRun = (test: CollectorUnderTest & { readonly seen: () => Promise<ReadSeries> }) => Promise<void>;
