import { catchError, concatMap, map, of, type Observable } from 'rxjs';
import { getRecords, getShardIterator } from '../aws/readCalls.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';

/** Whether the shard takes writes, by its own word rather than by a listing: a closed one ends behind its last record. */
export function takesWrites(shardId: string, settings: ConsumerSettings): Observable<boolean> {
  const { client } = settings;
  return getShardIterator(client, settings, shardId, { ShardIteratorType: 'LATEST' }).pipe(
    concatMap(({ ShardIterator = '' }) => getRecords(client, settings, shardId, ShardIterator, 1)),
    map(({ NextShardIterator }) => Boolean(NextShardIterator)),
    catchError((error: unknown) => {
      // Nothing can be said of it: no shard, or no permission.
      if (error instanceof KinesisServiceError && !error.retryable) return of(false);
      throw error;
    }),
  );
}
