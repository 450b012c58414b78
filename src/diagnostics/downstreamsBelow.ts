import type { Downstream } from './ambient.ts';

/** By the subscriber through which the operator gets what is above it. */
const downstreams = new WeakMap<object, Downstream>();

/** Makes an operator known as who stands at a subscriber. */
export function standAt(subscriber: object, downstream: Downstream): void {
  downstreams.set(subscriber, downstream);
}

/**
 * The operators that what a subscriber is given comes to, the farthest downstream first.
 *
 * Each operator's subscriber has the one below it as its `destination`, in all of RxJS 7. What subscribes with an observer of its own, as `share()`
 * does, ends the way.
 */
export function downstreamsBelow(subscriber: object): Downstream[] {
  const found: Downstream[] = [];
  for (
    let each: unknown = subscriber;
    isObject(each);
    each = (each as { readonly destination?: unknown }).destination
  ) {
    const downstream = downstreams.get(each);
    if (downstream) found.unshift(downstream);
  }
  return found;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
