import { fromEvent, map, merge, type Observable, take } from 'rxjs';

/** Emits the first SIGINT or SIGTERM that the process gets, which then does not end it by itself. */
export function untilSignal(): Observable<NodeJS.Signals> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  return merge(...signals.map((name) => fromEvent(process, name).pipe(map(() => name)))).pipe(take(1));
}
