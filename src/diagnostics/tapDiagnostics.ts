import type { MonoTypeOperatorFunction } from 'rxjs';
import { operate } from '../internal/operate.ts';
import { KinesisRecord } from '../record/KinesisRecord.ts';
import { type Downstream, forget, whileAmbient } from './ambient.ts';
import type { DiagnosticListener } from './Diagnostic.ts';

/**
 * Calls `listener` with every {@link Diagnostic} of the sources and sinks above it, and passes what flows through as it is.
 *
 * Sources and sinks that are subscribed through the tap, also again by `retry()` or `repeat()`, are heard from their first event on, before
 * the first record, to their last, which may come after unsubscribing. A source that was subscribed before, as behind `share()`, is heard
 * from the first record on that passes the tap until the tap is unsubscribed.
 * A listener that is tapped twice hears each event once; what it throws is reported once, as a process warning, and goes nowhere else.
 *
 * @example
 * ```ts
 * fromKinesis('orders')
 *   .pipe(tapDiagnostics((diagnostic) => console.log(diagnostic.type, diagnostic)))
 *   .subscribe();
 * ```
 */
export function tapDiagnostics<T>(listener: DiagnosticListener): MonoTypeOperatorFunction<T> {
  return operate<T, T>((destination) => {
    // Attached to a source that was introduced for good: what happens after unsubscribing is for the listener, too.
    const downstream: Downstream = {
      meet: ({ diagnostics }) => diagnostics.attach(listener),
      get closed() {
        return destination.closed;
      },
    };
    const detach = new Map<object, () => void>();
    return {
      subscribe: (source, subscriber) => {
        whileAmbient(downstream, () => source.subscribe(subscriber));
      },
      next: (value) => {
        if (value instanceof KinesisRecord && !detach.has(value.origin)) {
          detach.set(value.origin, value.origin.diagnostics.attach(listener));
        }
        destination.next(value);
      },
      finalize: () => {
        forget(downstream);
        for (const stop of detach.values()) stop();
      },
    };
  });
}
