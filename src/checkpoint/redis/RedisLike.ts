/**
 * What the store asks of a client: `Redis` and `Cluster` of ioredis 5 and 6 have it, whether a Redis or a Valkey answers.
 *
 * It is never closed here.
 */
export interface RedisLike {
  /** Runs the script of this SHA-1; rejects with `NOSCRIPT` if the server does not know it. */
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): PromiseLike<unknown>;
  /** Runs a script, and lets the server remember it. */
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): PromiseLike<unknown>;
  /** `end` when the client is closed and connects no more. */
  readonly status?: string;
}
