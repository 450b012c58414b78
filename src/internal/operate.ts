/* eslint-disable @typescript-eslint/no-deprecated -- RxJS 7 has no other way for a library to make an operator's subscriber */
import { Observable, type OperatorFunction, Subscriber } from 'rxjs';

/** What is done with each notification. What is left out goes to the destination as it is. */
export interface NotificationHandlers<In> {
  next(value: In): void;
  error?(error: unknown): void;
  complete?(): void;
}

/** What an operator does with each notification of its source. What is left out goes to the destination as it is. */
export interface OperatorHandlers<In> extends NotificationHandlers<In> {
  /** Subscribes to the source. Default: does just that. */
  subscribe?(source: Observable<In>, subscriber: Subscriber<In>): void;
  /** Runs once when the destination is done with, however that came: releases timers and inner subscriptions. */
  finalize?(): void;
}

/**
 * Makes an operator of a function that is called at each subscription and returns what to do with each notification.
 *
 * The source sees downstream's closing at once, a synchronous source included, and a handler that throws errors the destination.
 * RxJS 7 exports no such helper; `new Observable(s => source.subscribe({ ... }))` does neither.
 */
export function operate<In, Out>(
  start: (destination: Subscriber<Out>) => OperatorHandlers<In>,
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable<Out>((destination) => {
      const handlers = start(destination);
      destination.add(() => handlers.finalize?.());
      const subscriber = new OperatorSubscriber(destination, handlers);
      if (handlers.subscribe) handlers.subscribe(source, subscriber);
      else source.subscribe(subscriber);
    });
}

/**
 * The subscriber of an operator to its source, or to what it subscribes to beside: it is closed with the destination, errors that with what a handler
 * throws, and shows the way there, as the operators of RxJS do.
 */
export class OperatorSubscriber<In, Out> extends Subscriber<In> {
  readonly #handlers: NotificationHandlers<In>;
  readonly #downstream: Subscriber<Out>;

  constructor(destination: Subscriber<Out>, handlers: NotificationHandlers<In>) {
    super(destination);
    this.#handlers = handlers;
    this.#downstream = destination;
  }

  protected override _next(value: In): void {
    try {
      this.#handlers.next(value);
    } catch (error) {
      this.#downstream.error(error);
    }
  }

  protected override _error(error: unknown): void {
    this.#conclude(() => {
      if (this.#handlers.error) this.#handlers.error(error);
      else this.#downstream.error(error);
    });
  }

  protected override _complete(): void {
    this.#conclude(() => {
      if (this.#handlers.complete) this.#handlers.complete();
      else this.#downstream.complete();
    });
  }

  #conclude(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.#downstream.error(error);
    } finally {
      this.unsubscribe();
    }
  }
}
