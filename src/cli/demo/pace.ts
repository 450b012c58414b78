import { concatMap, defer, interval, map, type Observable, range, take } from 'rxjs';

/** How much is emitted, and how fast. */
export interface Pace {
  readonly total: number;
  readonly perSecond: number;
  /** How many more may be emitted at this moment: a source that is pushed has to ask by itself. */
  readonly room: () => number;
}

const TICK_MS = 10;

/** Emits `total` values that `make` makes, at most `perSecond`, and only while there is room. */
export function pace<T>(make: () => T, { total, perSecond, room }: Pace): Observable<T> {
  return defer(() => {
    const startedAt = performance.now();
    let emitted = 0;
    return interval(TICK_MS).pipe(
      concatMap(() => {
        const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) - emitted;
        const count = Math.max(0, Math.min(due, room(), total - emitted));
        emitted += count;
        return range(0, count);
      }),
      map(make),
      take(total),
    );
  });
}
