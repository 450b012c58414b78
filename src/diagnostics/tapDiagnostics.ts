import type { MonoTypeOperatorFunction } from 'rxjs';
import { KinesisRecord } from '../record/KinesisRecord.ts';
import type { DiagnosticListener } from './Diagnostic.ts';
import type { Party } from './ambient.ts';
import { operateMeeting } from './operateMeeting.ts';
import { SinkResult } from './SinkResult.ts';
import { untilStopped } from './untilStopped.ts';

/**
 * Calls `listener` with every {@link Diagnostic} of the sources and sinks above it, and passes what flows through as it is.
 *
 * Sources and sinks that are subscribed through the tap, also again by `retry()` or `repeat()`, are heard from their first event on, before
 * the first record, to their last, which may come after unsubscribing. A source that was subscribed before, as behind `share()`, is heard
 * from the first record on that passes the tap until the tap is unsubscribed.
 *
 * Where `defer()` makes a source anew for `retry()` or `repeat()`, the next one of the same stream is taken for it that stands in the same way and has
 * the same options, `metrics` and `checkpoints`. Of two pipes that are built alike, one may get what the other makes while its own has ended: make
 * the source outside of `defer()`, or give it `onDiagnostic`. Of what is made within `mergeMap()`, `switchMap()` and the like nothing is heard
 * before its first record, or the first result of a sink: give it `onDiagnostic`.
 *
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
  return operateMeeting<T, T>('tapDiagnostics', (destination) => {
    const met = new WeakSet<Party>();
    let latest: Party | undefined;

    const listenTo = (party: Party) => {
      latest = party;
      if (met.has(party)) return;
      met.add(party);
      untilStopped(party, destination, party.diagnostics.attach(listener));
    };

    return {
      // Attached to a source that was introduced for good: what happens after unsubscribing is for the listener, too.
      meet: ({ diagnostics }) => {
        diagnostics.attach(listener);
      },
      next: (value) => {
        const party = value instanceof KinesisRecord ? value.origin : SinkResult.sinkOf(value);
        if (party && party !== latest) listenTo(party);
        destination.next(value);
      },
    };
  });
}
