import {
  concat,
  defer,
  EMPTY,
  filter,
  from,
  mergeMap,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';

/**
 * Runs `project` for each value, one run at a time; values that come during a run cause one more run after it, however many they are.
 */
export function coalesceMap<T, R>(project: () => ObservableInput<R>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let isRunning = false;
      let isWanted = false;
      const run = (): Observable<R> => {
        isRunning = true;
        isWanted = false;
        const next = defer(() => {
          if (isWanted) return run();
          isRunning = false;
          return EMPTY;
        });
        return concat(
          defer(() => from(project())),
          next,
        );
      };
      return source.pipe(
        filter(() => {
          isWanted = true;
          return !isRunning;
        }),
        mergeMap(run),
      );
    });
}
