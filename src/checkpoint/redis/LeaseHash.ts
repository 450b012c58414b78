import { catchError, concatMap, defer, from, map, range, reduce, throwError, type Observable } from 'rxjs';
import type { Lease, NewLease } from '../Lease.ts';
import type { RedisSettings } from './checkRedisCheckpointsOptions.ts';
import { checkpointText } from './checkpointText.ts';
import { CREATE, LEASE_FIELDS, READ_ALL } from './leaseScripts.ts';
import { readLease } from './readLease.ts';
import { redisError } from './redisError.ts';
import type { RedisScript } from './RedisScript.ts';
import { streamKey } from './streamKey.ts';

/** How many leases one script creates: a server does nothing else meanwhile. */
const CREATED_AT_ONCE = 500;

/** What a script is run for. */
export interface ScriptSite {
  readonly doing: string;
  readonly streamName: string;
  readonly shardId?: string | undefined;
}

/** The hash of each stream, read and written by scripts: each a single atomic step. */
export class LeaseHash {
  readonly #settings: RedisSettings;

  constructor(settings: RedisSettings) {
    this.#settings = settings;
  }

  leases(streamName: string): Observable<readonly Lease[]> {
    return this.run(READ_ALL, [], { doing: 'Reading the leases', streamName }).pipe(
      map((reply) => this.#leasesIn(reply as readonly string[], streamName)),
    );
  }

  create(streamName: string, fresh: readonly NewLease[]): Observable<unknown> {
    return range(0, Math.ceil(fresh.length / CREATED_AT_ONCE)).pipe(
      concatMap((index) => {
        const some = fresh.slice(index * CREATED_AT_ONCE, (index + 1) * CREATED_AT_ONCE);
        return this.run(CREATE, some.flatMap(newFields), { doing: 'Creating leases', streamName });
      }),
      reduce(() => undefined, undefined),
    );
  }

  /** Runs a script that answers with a lease, or with nothing. */
  write(script: RedisScript, { streamName, shardId }: Lease, doing: string, args: readonly string[]) {
    return this.run(script, [shardId, ...args], { doing, streamName, shardId }).pipe(
      map((reply) =>
        reply === null ? undefined : this.#leaseIn(reply as readonly (string | null)[], streamName, shardId),
      ),
    );
  }

  run(script: RedisScript, args: readonly string[], site: ScriptSite): Observable<unknown> {
    return defer(() => {
      const key = this.#keyOf(site.streamName);
      const { redis } = this.#settings;
      return from(script.run(redis, key, args)).pipe(
        catchError((error: unknown) => throwError(() => redisError(error, { ...site, key }, redis))),
      );
    });
  }

  #keyOf(streamName: string): string {
    const { prefix, application } = this.#settings;
    return streamKey(prefix, application, streamName);
  }

  #leaseIn(values: readonly (string | null)[], streamName: string, shardId: string): Lease {
    const entries = LEASE_FIELDS.map((field, index) => [field, values[index] ?? undefined] as const);
    const fields = new Map(entries.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined));
    return readLease(fields, { key: this.#keyOf(streamName), streamName, shardId });
  }

  /** The fields of all leases, one after the other: name, value, name, value. A lease is what has a counter. */
  #leasesIn(reply: readonly string[], streamName: string): readonly Lease[] {
    const shards = new Map<string, Map<string, string>>();
    for (let index = 0; index + 1 < reply.length; index += 2) {
      const [name = '', value = ''] = reply.slice(index, index + 2);
      const colon = name.lastIndexOf(':');
      if (colon < 0) continue;
      const shardId = name.slice(0, colon);
      const fields = shards.get(shardId) ?? new Map<string, string>();
      shards.set(shardId, fields.set(name.slice(colon + 1), value));
    }
    const key = this.#keyOf(streamName);
    return [...shards]
      .filter(([, fields]) => fields.has('counter'))
      .map(([shardId, fields]) => readLease(fields, { key, streamName, shardId }));
  }
}

const newFields = ({ shardId, checkpoint, startingHashKey, endingHashKey, parentShardIds }: NewLease) => [
  shardId,
  checkpointText(checkpoint),
  `${startingHashKey}-${endingHashKey}`,
  parentShardIds.length === 0 ? '' : JSON.stringify(parentShardIds),
];
