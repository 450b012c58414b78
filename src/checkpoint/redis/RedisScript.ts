import { hash } from 'node:crypto';
import type { RedisLike } from './RedisLike.ts';

/** A script of Lua, which a server knows by its SHA-1 once it has run it. */
export class RedisScript {
  readonly #source: string;
  readonly #sha1: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha1 = hash('sha1', source);
  }

  /** Runs it on a key; sends the source only to a server that has not seen it, or that has forgotten it. */
  async run(redis: RedisLike, key: string, args: readonly string[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#sha1, 1, key, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(this.#source, 1, key, ...args);
    }
  }
}
