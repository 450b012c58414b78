import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import { type Downstream, forget, whileAmbient } from '../diagnostics/ambient.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { operate } from '../internal/operate.ts';
import type { RecordOrigin } from '../record/Delivery.ts';
import { KinesisRecord } from '../record/KinesisRecord.ts';
import { attachMetrics, type Hearing, projectionOf } from './attachMetrics.ts';
import { checkCollector } from './checkCollector.ts';
import { checkMetricsOptions } from './checkMetricsOptions.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import type { MetricsOptions } from './MetricsOptions.ts';
import { noopCollector } from './noopCollector.ts';

/**
 * Reports the metrics of the sources and sinks above it to a collector, and passes what flows through as it is.
 *
 * - All of the catalogue ({@link METRICS}), of every `fromKinesis` and `toKinesis` that is subscribed to through the tap, also again by
 *   `retry()` or `repeat()`: from before the first record to what happens after unsubscribing. Of a source that was subscribed to
 *   before, as behind `share()`, from the first record on that passes.
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
  const projection = projectionOf(collector, options && checkMetricsOptions(options));
  if (collector === noopCollector) return identity;

  return operate<T, T>((destination) => {
    const met = new Map<Diagnostics, ReturnType<typeof attachMetrics>>();
    const downstream: Downstream = {
      // For good: what happens after unsubscribing is for the collector, too.
      meet: ({ diagnostics }) => attachMetrics(diagnostics, collector, projection, downstream),
      get closed() {
        return destination.closed;
      },
    };
    let latest: RecordOrigin | undefined;
    let hearing: Hearing | undefined;

    const hearingOf = (record: KinesisRecord<unknown>): Hearing => {
      const { diagnostics } = record.origin;
      let known = met.get(diagnostics);
      if (!known) {
        met.set(diagnostics, (known = attachMetrics(diagnostics, collector, projection, downstream)));
        known.hearing.projection.welcome(record);
      }
      return known.hearing;
    };

    const measure = (record: KinesisRecord<unknown>) => {
      const { origin } = record;
      if (!hearing || origin !== latest) {
        latest = origin;
        hearing = hearingOf(record);
      }
      if (hearing.taker !== downstream) {
        if (!hearing.taker.closed) return;
        hearing.taker = downstream;
      }
      hearing.projection.processed(record, origin);
    };

    return {
      subscribe: (source, subscriber) => {
        whileAmbient(downstream, () => source.subscribe(subscriber));
      },
      next: (value) => {
        const record = recordIn(value);
        if (record) measure(record);
        destination.next(value);
      },
      finalize: () => {
        forget(downstream);
        for (const { hearing, detach } of met.values()) {
          hearing.projection.flush();
          detach();
        }
      },
    };
  });
}

/** The record that a value is, or is the result for. */
function recordIn(value: unknown): KinesisRecord<unknown> | undefined {
  if (value instanceof KinesisRecord) return value;
  const { value: input } = Object(value) as { readonly value?: unknown };
  return input instanceof KinesisRecord ? input : undefined;
}
