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
 * Sources and sinks that are subscribed through the tap, also again by `retry()` or `repeat()`, or made within `defer()` or `mergeMap()`, are heard
 * from their first event on, before the first record, to their last, which may come after unsubscribing. One that was subscribed before, as
 * behind `share()`, is heard from the first record or result on that passes the tap until the tap is unsubscribed.
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
  return operateMeeting<T, T>((destination) => {
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
