import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import type { Sink } from '../diagnostics/ambient.ts';
import { operateMeeting } from '../diagnostics/operateMeeting.ts';
import { SinkResult } from '../diagnostics/SinkResult.ts';
import { untilStopped } from '../diagnostics/untilStopped.ts';
import type { RecordOrigin } from '../record/Delivery.ts';
import { KinesisRecord } from '../record/KinesisRecord.ts';
import { attachMetrics, type Hearing, projectionOf } from './attachMetrics.ts';
import { checkCollector } from './checkCollector.ts';
import { checkMetricsOptions } from './checkMetricsOptions.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import type { MetricsOptions } from './MetricsOptions.ts';
import { partsOf } from './partsOf.ts';

/**
 * Reports the metrics of the sources and sinks above it to a collector, and passes what flows through as it is.
 *
 * - All of the catalogue ({@link METRICS}), of every `fromKinesis` and `toKinesis` that is subscribed to through the tap, also again by
 *   `retry()` or `repeat()`, or within `defer()`, `mergeMap()` and the like: from before the first record to what happens after
 *   unsubscribing. Of one that was subscribed to before, as behind `share()`, from the first record or result on that passes.
 * - Of each record that passes, or that a result of `toKinesis` names, the time since its delivery: `consumer_processing_time_seconds`. So
 *   the tap stands where a record is done.
 * - A collector that hears a source twice, through two taps or through a tap and an option, counts once: as it was attached first.
 * - What the collector throws is reported once, as a process warning, and reaches nobody else.
 *
 * With `noopCollector` the tap is not there.
 *
 * ```text
 * source  -a-b-|
 * result  -a-b-|     a and b are counted and timed
 * ```
 *
 * @example
 * ```ts
 * const collector = inMemoryCollector();
 * fromKinesis('orders', { checkpoints: memoryCheckpoints() })
 *   .pipe(checkpoint(), tapMetrics(collector))
 *   .subscribe();
 * ```
 *
 * @throws TypeError or RangeError for what is no collector, or a wrong option, naming it, its range and what was given
 */
export function tapMetrics<T>(collector: MetricsCollector, options?: MetricsOptions): MonoTypeOperatorFunction<T> {
  checkCollector('collector', collector);
  const checked = options === undefined ? undefined : checkMetricsOptions(options);
  return partsOf(collector)
    .map((part) => tapOne<T>(part, checked))
    .reduce((upper, lower) => (source) => lower(upper(source)), identity);
}

function tapOne<T>(collector: MetricsCollector, options: MetricsOptions | undefined): MonoTypeOperatorFunction<T> {
  const projection = projectionOf(collector, options);
  return operateMeeting<T, T>((destination) => {
    const hearings = new WeakMap<RecordOrigin, Hearing>();
    let latest: RecordOrigin | undefined;
    let hearing: Hearing | undefined;

    const hearingOf = (origin: RecordOrigin): Hearing => {
      const known = hearings.get(origin);
      if (known) return known;
      const { hearing, detach } = attachMetrics(origin.diagnostics, collector, projection, destination);
      hearings.set(origin, hearing);
      untilStopped(origin, destination, detach);
      return hearing;
    };

    const sinks = new WeakSet<Sink>();
    let latestSink: Sink | undefined;

    const listenTo = (sink: Sink) => {
      latestSink = sink;
      if (sinks.has(sink)) return;
      sinks.add(sink);
      untilStopped(sink, destination, attachMetrics(sink.diagnostics, collector, projection, destination).detach);
    };

    const measure = (record: KinesisRecord<unknown>) => {
      const { origin } = record;
      if (!hearing || origin !== latest) {
        latest = origin;
        hearing = hearingOf(origin);
      }
      if (hearing.taker !== destination) {
        if (!hearing.taker.closed) return;
        hearing.taker = destination;
      }
      hearing.projection.processed(record);
    };

    return {
      // For good: what happens after unsubscribing is for the collector, too.
      meet: ({ diagnostics }) => {
        attachMetrics(diagnostics, collector, projection, destination);
      },
      next: (value) => {
        if (value instanceof KinesisRecord) {
          measure(value);
        } else {
          const sink = SinkResult.sinkOf(value);
          if (sink && sink !== latestSink) listenTo(sink);
          const record = recordOf(value);
          if (record) measure(record);
        }
        destination.next(value);
      },
    };
  });
}

/** The record that a value is the result for: of `toKinesis`, or of a sink of somebody else's. */
function recordOf(value: unknown): KinesisRecord<unknown> | undefined {
  try {
    const { value: input } = Object(value) as { readonly value?: unknown };
    return input instanceof KinesisRecord ? input : undefined;
  } catch {
    // A getter of somebody else's.
    return undefined;
  }
}
