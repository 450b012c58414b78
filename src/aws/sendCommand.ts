import { from, Observable } from 'rxjs';
import { classifyAwsError, type CallSite } from './classifyAwsError.ts';
import type { KinesisClientLike, KinesisCommand } from './KinesisClientLike.ts';

/**
 * Sends a command at each subscription, emits its answer and completes; unsubscribing aborts the request.
 *
 * Errors with {@link KinesisServiceError}, already classified, whatever the client threw.
 */
export function sendCommand<Output>(
  client: KinesisClientLike,
  command: () => KinesisCommand,
  site: CallSite,
): Observable<Output> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const fail = (error: unknown) => {
      subscriber.error(classifyAwsError(error, site));
    };
    try {
      subscriber.add(
        from(client.send(command(), { abortSignal: abort.signal })).subscribe({
          next: (output) => {
            subscriber.next(output as Output);
          },
          error: fail,
          complete: () => {
            subscriber.complete();
          },
        }),
      );
    } catch (error) {
      fail(error);
    }
    return () => {
      abort.abort();
    };
  });
}
