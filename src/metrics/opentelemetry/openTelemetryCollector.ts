import type { BaseCollector } from '../BaseCollector.ts';
import type { MetricsCollector } from '../MetricsCollector.ts';
import { checkOpenTelemetryCollectorOptions } from './checkOpenTelemetryCollectorOptions.ts';
import { InstrumentCollector } from './InstrumentCollector.ts';
import type { OpenTelemetryCollectorOptions } from './OpenTelemetryCollectorOptions.ts';

/**
 * A collector that records metrics with instruments of OpenTelemetry.
 *
 * Each metric becomes an instrument at its first value, under its own name: a counter a Counter, a histogram a Histogram, whose buckets are
 * the catalogue's where no view sets others, a gauge an ObservableGauge. Units are `s`, `ms`, `By`, or what is counted: `{record}`, `{shard}`,
 * `{lease}`, `{event}`. A metric of your own has a unit if its name ends in `_seconds`, `_milliseconds` or `_bytes`, before `_total` too.
 * Labels are attributes. Values that are no finite numbers, and decrements of counters, are left out.
 *
 * Nothing is buffered here, and readers and exporters are yours. On their way to Prometheus names get `_total` and the unit appended where they
 * lack them, and the dot after a prefix becomes `_`. The names of the catalogue have both, so they stay; only what looks for the unit at the end of
 * a name alone makes `producer_bytes_sent_total` a `producer_bytes_sent_bytes_total`: turn its unit suffixes off.
 *
 * A gauge whose shard has gone is observed no more. The JavaScript SDK (2.x), however, repeats the last value of such a series for ever where
 * its reader asks for cumulative gauges, as it does by default, though the specification says that it should not: see {@link forgetGauges}.
 * Counters and histograms of shards that have gone stay, as the API knows no way to remove them.
 *
 * The SDK takes 2 to 4 µs for each value of a counter or a histogram, as it compares attributes by what is in them: much more than other collectors.
 *
 * `close()` ends all gauges, and records nothing any more; it leaves the provider alone.
 *
 * @throws TypeError naming a wrong option
 *
 * @example
 * ```ts
 * import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
 * import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
 *
 * const reader = new PeriodicExportingMetricReader({ exporter: forgetGauges(new OTLPMetricExporter()) });
 * const meterProvider = new MeterProvider({ readers: [reader] });
 * const metrics = openTelemetryCollector({ meterProvider, labels: { env: 'live' } });
 * metrics.increment('orders_total', { currency: 'EUR' }, 1);
 * ```
 */
export function openTelemetryCollector(
  options: OpenTelemetryCollectorOptions = {},
): BaseCollector & Required<Pick<MetricsCollector, 'remove' | 'close'>> {
  return new InstrumentCollector(checkOpenTelemetryCollectorOptions(options));
}
