import type { BaseCollector } from '../BaseCollector.ts';
import type { MetricsCollector } from '../MetricsCollector.ts';
import { checkPrometheusCollectorOptions } from './checkPrometheusCollectorOptions.ts';
import type { PrometheusCollectorOptions } from './PrometheusCollectorOptions.ts';
import { ScrapedCollector } from './ScrapedCollector.ts';

/**
 * A collector that has metrics scraped by Prometheus, through a registry of `prom-client`.
 *
 * - Every metric of the catalogue is registered at once, and so has its help and type on the page before its first series.
 * - Collectors on one registry share metrics, and series where their constant labels are equal too. Other constant labels make other series,
 *   with other names of labels where they have those: Prometheus takes such. Types and buckets must be the same.
 * - Collectors on one registry with the same namespace and constant labels are one: a source that several of them hear counts once, as the first
 *   of them was attached, and gauges such as `lease_owned` are of all sources.
 * - An `AggregatorRegistry` of prom-client adds up the processes of a cluster, and takes the greatest of what all see, as `stream_shards_active`, or
 *   of what belongs to a shard.
 * - Metrics of your own are registered when they are first reported. Reporting one throws RangeError for a name of it, or of a label, that
 *   Prometheus does not allow; TypeError when the registry has it with another type, other buckets, or other names of labels besides the
 *   constant ones.
 * - A call costs a tenth of one to prom-client where a series has a labels object that is made once and kept.
 * - Series of shards that go are removed. `close()` takes the metrics out of the registry that no other collector uses, and of the others the
 *   gauges that no other reports.
 * - `clear()` of the registry takes the metrics off the page for good, as it does with prom-client's own: make a new collector after it.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { register } from 'prom-client';
 * import { setMetricsCollector } from 'rxjs-kinesis';
 * import { prometheusCollector } from 'rxjs-kinesis/prometheus';
 *
 * setMetricsCollector(prometheusCollector({ namespace: 'billing' }));
 * createServer((_, response) => void register.metrics().then((text) => response.end(text))).listen(9464);
 * ```
 *
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given; TypeError when the registry has a metric
 * of one of the names that is not this library's, or has other buckets
 */
export function prometheusCollector(
  options: PrometheusCollectorOptions = {},
): BaseCollector & Required<Pick<MetricsCollector, 'remove' | 'close'>> {
  return new ScrapedCollector(checkPrometheusCollectorOptions(options));
}
