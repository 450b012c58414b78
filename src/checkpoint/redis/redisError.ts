import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import { FOREIGN } from './leaseScripts.ts';
import type { RedisLike } from './RedisLike.ts';

/** What a call was about. */
export interface RedisSite {
  readonly doing: string;
  readonly key: string;
  readonly streamName: string;
  readonly shardId?: string | undefined;
}

/** What passes by itself, or is known to be cured without stopping the workers; and what cures it if it stays. */
const PASSING: Readonly<Record<string, string>> = {
  READONLY: 'This server is a replica. Let the client find the new master: Sentinel, a Cluster, or reconnectOnError.',
  MASTERDOWN: 'This server is a replica that has lost its master.',
  NOREPLICAS: 'Too few replicas are connected (min-replicas-to-write).',
  MOVED: 'The keys are moving between nodes. Use a Cluster of ioredis, not a Redis.',
  ASK: 'The keys are moving between nodes. Use a Cluster of ioredis, not a Redis.',
  TRYAGAIN: 'The keys are moving between nodes.',
  CLUSTERDOWN: 'The cluster has no node for this key.',
  LOADING: 'Redis is starting.',
  BUSY: 'Somebody else runs a long script there.',
  OOM: 'Redis is full: give it memory (maxmemory), or free some.',
  MISCONF: 'Redis cannot save to its disk: look at its log.',
};
const LASTING: Readonly<Record<string, string>> = {
  NOAUTH: 'Give the client a password, and a username if there is one.',
  WRONGPASS: 'Give the client the right username and password.',
  NOPERM:
    'Allow this user eval, evalsha and the commands of hashes on this key: docs/guides/checkpoints-redis.md in the package lists them.',
  WRONGTYPE: 'Something else stands at this key. Give another prefix, or remove it.',
  [FOREIGN]:
    'Something else stands at this key, or a later version wrote it. Give another prefix, or use that version.',
};

/** Says what a failed call to Redis means and what to do, and whether it is worth another try. */
export function redisError(cause: unknown, site: RedisSite, redis: RedisLike): CheckpointStoreError {
  const { doing, key, streamName, shardId } = site;
  const said = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
  const { retryable, remedy } = verdictOn(cause, said, redis);
  const place = `${key} (stream ${streamName}${shardId === undefined ? '' : `, shard ${shardId}`})`;
  return new CheckpointStoreError(`${doing} failed in Redis, key ${place}: ${said}. ${remedy}`, {
    cause,
    streamName,
    shardId,
    retryable,
  });
}

function verdictOn(cause: unknown, said: string, redis: RedisLike) {
  if (!isReply(cause)) {
    if (isMistake(cause))
      return { retryable: false, remedy: 'This is a mistake in the client, or in what was given as one.' };
    if (redis.status === 'end') {
      const remedy =
        'The client is closed and connects no more: close it after the sources have ended, and let its retryStrategy not give up.';
      return { retryable: false, remedy };
    }
    return { retryable: true, remedy: 'The call is repeated. Check that Redis can be reached.' };
  }
  const code = codeIn(said);
  const passing = said.includes('max number of clients')
    ? 'Too many clients are connected (maxclients).'
    : PASSING[code];
  return passing === undefined
    ? { retryable: false, remedy: LASTING[code] ?? 'Repeating the call cannot cure this.' }
    : { retryable: true, remedy: `${passing} The call is repeated.` };
}

/** A reply of the server, as opposed to a failure of the connection. */
const isReply = (cause: unknown) =>
  cause instanceof Error && (cause.name === 'ReplyError' || /^-?[A-Z]{3,} /.test(cause.message));

/** What a script's call was answered stands, before Redis 7, at the end of an error of the script. */
const codeIn = (said: string) =>
  /(?:^|@user_script: ?\d+: )-?([A-Z]{2,})(?: (?!.*@user_script: ?\d+: )|$)/.exec(said)?.[1] ?? '';

const isMistake = (cause: unknown) =>
  cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError;
