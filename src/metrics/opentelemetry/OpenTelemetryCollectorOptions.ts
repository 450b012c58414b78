import type { Meter, MeterProvider } from '@opentelemetry/api';
import type { SchedulerLike } from 'rxjs';
import type { MetricLabels } from '../MetricsCollector.ts';

export interface OpenTelemetryCollectorOptions {
  /** What makes the instruments. Default: the meter `rxjs-kinesis` of `meterProvider`. */
  readonly meter?: Pick<Meter, 'createCounter' | 'createHistogram' | 'createObservableGauge'>;
  /** What makes the meter. Default: the global one, as it is when the first metric is reported. */
  readonly meterProvider?: Pick<MeterProvider, 'getMeter'>;
  /** What all names start with: a letter, then letters, digits, `_`, `.`, `-` and `/`; a dot follows it. Default: nothing. */
  readonly prefix?: string;
  /** Attributes of all series. A series' own label of the same name wins. Default: none. */
  readonly labels?: MetricLabels;
  /** What timers measure with. Default: real time. */
  readonly scheduler?: SchedulerLike;
}
