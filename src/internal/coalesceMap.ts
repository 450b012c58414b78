import { defer, EMPTY, filter, from, mergeMap, type ObservableInput, of, type OperatorFunction, repeat } from 'rxjs';

/**
 * Runs `project` for each value, one run at a time; values that come during a run cause one more run after it, however many they are.
 */
export function coalesceMap<T, R>(project: () => ObservableInput<R>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let isRunning = false;
      let isWanted = false;
      const run = defer(() => {
        isWanted = false;
        return from(project());
      });
      const again = () => {
        isRunning = isWanted;
        return isWanted ? of(true) : EMPTY;
      };
      return source.pipe(
        filter(() => {
          isWanted = true;
          return !isRunning;
        }),
        mergeMap(() => {
          isRunning = true;
          return run.pipe(repeat({ delay: again }));
        }),
      );
    });
}
