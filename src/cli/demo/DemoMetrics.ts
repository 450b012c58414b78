import type { MetricsCollector } from '../../index.ts';

/** Where the demo's metrics go. */
export interface DemoMetrics {
  readonly collector: MetricsCollector;
  /** What a user does to see them. */
  readonly about: string;
  /** What there is to see at the end, if anything. */
  summary?(): string;
  /** They can be fetched after the end, until somebody stops it. */
  readonly outlivesRun: boolean;
  close(): Promise<void>;
}
