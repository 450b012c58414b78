import type { OperatorFunction, Subscriber } from 'rxjs';
import { operate, type OperatorHandlers } from '../internal/operate.ts';
import { standAt } from './downstreamsBelow.ts';
import { type Downstream, outside, type Party, whileAmbient } from './ambient.ts';

/** What an operator does with each value, and with each source and sink above it. */
export interface MeetingHandlers<In> {
  /** As that of {@link Downstream}. */
  readonly meet: (party: Party) => void;
  readonly next: (value: In) => void;
}

/**
 * Makes an operator, as {@link operate} does, that meets the sources and sinks that are subscribed to through it. One that was
 * subscribed to before, as behind `share()`, it knows from its records alone.
 */
export function operateMeeting<In, Out>(
  start: (destination: Subscriber<Out>) => MeetingHandlers<In>,
): OperatorFunction<In, Out> {
  return operate<In, Out>((destination) => {
    const { meet, next } = start(destination);
    const self: Downstream = {
      meet,
      get closed() {
        return destination.closed;
      },
    };
    const handlers: OperatorHandlers<In> = {
      next: (value) => {
        outside(self, () => {
          next(value);
        });
      },
      error: (error) => {
        outside(self, () => {
          destination.error(error);
        });
      },
      complete: () => {
        outside(self, () => {
          destination.complete();
        });
      },
      subscribe: (source, subscriber) => {
        standAt(subscriber, self);
        whileAmbient(self, () => source.subscribe(subscriber));
        // It is not ambient any more, and records need not pay for that.
        handlers.next = next;
      },
    };
    return handlers;
  });
}
