/** What chooses whether a reader is told sums since the start, or since it last asked: an exporter, or a reader that is one itself. */
export interface TemporalitySelector<Type, Temporality> {
  selectAggregationTemporality?(instrumentType: Type): Temporality;
}

/** `AggregationTemporality` of the SDK. */
const DELTA = 0;
const CUMULATIVE = 1;

/**
 * Makes an exporter of OpenTelemetry's SDK, or a reader that collects by itself, forget gauges that are not observed any more. Returns the same
 * object, changed.
 *
 * With cumulative temporality, the default, the SDK (2.x) adds to what it reported before, of gauges too, and so repeats the lag of a shard that
 * was let go for as long as the process lives. With delta temporality a gauge is what was observed at this collection. What is sent of a gauge
 * is the same in both, as gauges have no temporality in OTLP; counters and histograms keep theirs.
 *
 * Call it before the exporter or the reader is used.
 *
 * @example
 * ```ts
 * import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
 * import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
 *
 * const reader = new PeriodicExportingMetricReader({ exporter: forgetGauges(new OTLPMetricExporter()) });
 * ```
 */
export function forgetGauges<S extends TemporalitySelector<never, number>>(selector: S): S {
  const chosen = selector.selectAggregationTemporality?.bind(selector);
  selector.selectAggregationTemporality = (instrumentType) =>
    instrumentType === 'OBSERVABLE_GAUGE' ? DELTA : (chosen?.(instrumentType) ?? CUMULATIVE);
  return selector;
}
