import type { Registry } from 'prom-client';
import type { MetricLabels } from '../MetricsCollector.ts';

/** Where a Prometheus collector registers its metrics, and how they are called. */
export interface PrometheusCollectorOptions {
  /** What all names start with; an underscore follows it. Letters, digits and underscores, no digit first. Default: nothing. */
  readonly namespace?: string;
  /** The registry of prom-client that is scraped. Default: prom-client's own, `register`. */
  readonly registry?: Registry;
  /**
   * Upper bounds of the buckets of histograms, rising: of all, or by metric (without the namespace). Default: those of the catalogue
   * ({@link METRICS}), and prom-client's for metrics of your own.
   */
  readonly buckets?: readonly number[] | Readonly<Record<string, readonly number[]>>;
  /** Labels added to every series. A series' own label of the same name wins. Default: none. */
  readonly labels?: MetricLabels;
}
