import { isDeepStrictEqual } from 'node:util';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { forgetGauges } from '../../../src/metrics/opentelemetry/forgetGauges.ts';
import type { MetricLabels } from '../../../src/metrics/MetricsCollector.ts';
import { openTelemetryCollector } from '../../../src/metrics/opentelemetry/openTelemetryCollector.ts';
import { metricsCollectorCases } from '../../../src/testing/metricsCollectorCases.ts';

class Reader extends MetricReader {
  protected override onForceFlush = () => Promise.resolve();
  protected override onShutdown = () => Promise.resolve();
}

function open() {
  const reader = forgetGauges(new Reader());
  const provider = new MeterProvider({ readers: [reader] });
  const read = async () => {
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const value = (metric: string, labels: MetricLabels) =>
      metrics
        .filter(({ descriptor }) => descriptor.name === metric)
        .flatMap(({ dataPoints }): readonly { readonly attributes: unknown; readonly value: unknown }[] => dataPoints)
        .find(({ attributes }) => isDeepStrictEqual(attributes, labels))?.value;
    return {
      counter: (metric: string, labels: MetricLabels) => value(metric, labels) as number | undefined,
      gauge: (metric: string, labels: MetricLabels) => value(metric, labels) as number | undefined,
      histogram: (metric: string, labels: MetricLabels) =>
        value(metric, labels) as { readonly count: number; readonly sum: number } | undefined,
    };
  };
  return { collector: openTelemetryCollector({ meterProvider: provider }), read, close: () => provider.shutdown() };
}

describe('openTelemetryCollector, as a collector', () => {
  for (const { title, run } of metricsCollectorCases(open)) it(title, run);
});
