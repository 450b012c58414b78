import type { MetricName } from './catalogue.ts';

/** What of the catalogue is reported, and how. */
export interface MetricsOptions {
  /** Labels added to every series. Names must not be those of the catalogue's labels. Default none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The only metrics that are reported; none where it is empty. Default all. */
  readonly include?: readonly MetricName[];
  /** Metrics that are not reported. Default none. */
  readonly exclude?: readonly MetricName[];
  /**
   * The fraction of the observations of histograms that is reported, of all or by metric: from 0.000001 to 1. Counts and sums of a sampled histogram are
   * that fraction of the true ones; its distribution is the same. Default 1.
   */
  readonly sampling?: number | Readonly<Partial<Record<MetricName, number>>>;
}
