import type { InteropObservable, Observable } from 'rxjs';

/** What is waited for. */
export type Awaitable<V> = PromiseLike<V> | Observable<V> | InteropObservable<V> | AsyncIterable<V>;

/**
 * What `processRecords` makes of what its `project` returns: the last value of a Promise, an Observable or an async iterable
 * (`undefined` where there may be none), and anything else as it is, strings and arrays included.
 */
export type Processed<O> =
  O extends PromiseLike<infer V> ? Awaited<V> : O extends Awaitable<infer V> ? V | undefined : O;
