import {
  catchError,
  defer,
  from,
  map,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
  take,
  tap,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { classifyAwsError, type CallSite } from './classifyAwsError.ts';
import type { KinesisClientLike, KinesisCommand } from './KinesisClientLike.ts';

/** How long an answer may take: a connection that went silent is no answer, for ever. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly scheduler: SchedulerLike;
}

/**
 * Sends a command at each subscription, emits its answer and completes; unsubscribing aborts the request.
 *
 * Errors with {@link KinesisServiceError}, already classified, whatever the client threw; with one of the name `timeout` when there is no
 * answer in time.
 */
export function sendCommand<Output>(
  client: KinesisClientLike,
  command: () => KinesisCommand,
  site: CallSite,
  { timeoutMs, scheduler }: Deadline,
): Observable<Output> {
  return send<Output | null | undefined>(client, command).pipe(
    timeout({ first: timeoutMs, scheduler }),
    map((output) => {
      if (typeof output === 'object' && output !== null) return output;
      throw noAnswer(site);
    }),
    throwIfEmpty(() => noAnswer(site)),
    catchError((error: unknown) => {
      throw classifyAwsError(error, site);
    }),
  );
}

function send<Output>(client: KinesisClientLike, command: () => KinesisCommand): Observable<Output> {
  return defer(() => {
    const abort = new AbortController();
    return from(client.send(command(), { abortSignal: abort.signal }) as ObservableInput<Output>).pipe(
      // A client may answer twice, or nothing at all; neither may turn into a loop.
      take(1),
      tap({
        unsubscribe: () => {
          abort.abort();
        },
      }),
    );
  });
}

function noAnswer(site: CallSite): KinesisServiceError {
  return new KinesisServiceError(`${site.operation} was answered with nothing. The call is repeated.`, {
    kind: 'transient',
    awsName: 'unknown',
    ...site,
  });
}
