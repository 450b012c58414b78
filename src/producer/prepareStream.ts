import { CreateStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { catchError, concat, defer, EMPTY, ignoreElements, mergeMap, type Observable, retry, timer } from 'rxjs';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import { sendCommand } from '../aws/sendCommand.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { backoffMs } from '../internal/backoff.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';

type Settings = Pick<ProducerSettings<never>, 'backoff' | 'createStream' | 'random' | 'requestTimeoutMs' | 'scheduler'>;

/** A stream takes half a minute to be created, more with many shards. */
const CREATION_MS = 10 * 60_000;
const POLL_MS = 1_000;
const MISSING = 'ResourceNotFoundException';
const EXISTS = 'ResourceInUseException';

/**
 * Completes when the stream takes records: at once without `createStream`; else when it is there, created if it was not. A stream that is `UPDATING`
 * takes records.
 *
 * Errors with KinesisServiceError when it may not be looked at or created, and with KinesisStreamError when it is being deleted, or not there in time.
 *
 * @param onFailed called when a call failed that is made again
 */
export function prepareStream(
  client: KinesisClientLike,
  target: StreamTarget,
  settings: Settings,
  onFailed: (error: KinesisServiceError, attempt: number, delayMs: number) => void,
): Observable<never> {
  const { createStream, requestTimeoutMs: timeoutMs, scheduler } = settings;
  if (!createStream) return EMPTY;
  const { streamName } = target;
  const deadline = { timeoutMs, scheduler };
  const call = <Output>(operation: string, command: () => CreateStreamCommand | DescribeStreamSummaryCommand) =>
    sendCommand<Output>(client, command, { operation, streamName }, deadline);

  const describe = () =>
    call<{ StreamDescriptionSummary?: { StreamStatus?: string } }>(
      'DescribeStreamSummary',
      () => new DescribeStreamSummaryCommand(target.input),
    );
  const create = () =>
    call('CreateStream', () => new CreateStreamCommand({ StreamName: streamName, ...shapeOf(createStream) })).pipe(
      ignoreElements(),
      // Somebody else was faster.
      catchError((error: unknown) => {
        if (isNamed(error, EXISTS)) return EMPTY;
        throw error;
      }),
    );

  return defer(() => {
    const endsAt = scheduler.now() + CREATION_MS;
    const look = (): Observable<never> =>
      describe().pipe(
        mergeMap(({ StreamDescriptionSummary: { StreamStatus = 'unknown' } = {} }) => {
          if (StreamStatus === 'ACTIVE' || StreamStatus === 'UPDATING') return EMPTY;
          return StreamStatus === 'DELETING' ? fail(streamName, 'is being deleted') : again(StreamStatus);
        }),
        catchError((error: unknown) => {
          if (!isNamed(error, MISSING)) throw error;
          return concat(create(), again('not there yet'));
        }),
      );
    const again = (status: string): Observable<never> =>
      scheduler.now() >= endsAt
        ? fail(streamName, `is still ${status} after ${CREATION_MS / 60_000} minutes`)
        : timer(POLL_MS, scheduler).pipe(mergeMap(look));
    return look().pipe(
      retry({
        delay: (error: unknown, attempt) => {
          const isCurable = error instanceof KinesisServiceError && error.retryable && scheduler.now() < endsAt;
          if (!isCurable) throw error;
          const delayMs = backoffMs(attempt, settings.backoff, settings.random());
          onFailed(error, attempt, delayMs);
          return timer(delayMs, scheduler);
        },
      }),
    );
  });
}

const shapeOf = (create: NonNullable<Settings['createStream']>) =>
  'shards' in create ? { ShardCount: create.shards } : { StreamModeDetails: { StreamMode: create.mode } as const };

const isNamed = (error: unknown, name: string) => error instanceof KinesisServiceError && error.awsName === name;

function fail(streamName: string, what: string): never {
  throw new KinesisStreamError(
    `Stream ${streamName} ${what}: it takes no records. Wait until it is gone or there, and try again.`,
    {
      streamName,
      retryable: true,
    },
  );
}
