import { checkNames } from '../../internal/checkNames.ts';
import { describe } from '../../internal/checkNumber.ts';
import { checkCollector } from '../../metrics/checkCollector.ts';
import type { MetricsCollector } from '../../metrics/MetricsCollector.ts';
import type { RedisCheckpointsOptions } from './RedisCheckpointsOptions.ts';
import type { RedisLike } from './RedisLike.ts';

/** The options of a store, checked, with their defaults in. */
export interface RedisSettings {
  readonly application: string;
  readonly redis: RedisLike;
  readonly prefix: string;
  readonly metrics: MetricsCollector | undefined;
}

const NAMES: Readonly<Record<keyof RedisCheckpointsOptions, true>> = {
  application: true,
  redis: true,
  prefix: true,
  metrics: true,
};
const METHODS = ['evalsha', 'eval'] as const;

/** @throws TypeError or RangeError for a wrong option, naming it, its range and what was given */
export function checkRedisCheckpointsOptions(options: RedisCheckpointsOptions): RedisSettings {
  checkNames(options, NAMES, 'redisCheckpoints');
  const { application, redis, prefix = 'rxjs-kinesis:', metrics } = options;
  if (typeof (application as unknown) !== 'string' || application === '') {
    throw new TypeError(`application must be a name, and not empty; got ${describe(application)}`);
  }
  // Half a surrogate pair would be replaced on its way to Redis, and two names become one.
  if (!application.isWellFormed()) {
    throw new RangeError(`application must be well-formed Unicode, without half a pair; got ${describe(application)}`);
  }
  checkRedis(redis);
  if (typeof (prefix as unknown) !== 'string') {
    throw new TypeError(`prefix must be a string; got ${describe(prefix)}`);
  }
  if (!prefix.isWellFormed() || /[{}]/.test(prefix)) {
    throw new RangeError(
      `prefix must be well-formed Unicode without "{" and "}", which mark what a cluster places keys by; got ${describe(prefix)}`,
    );
  }
  return {
    application,
    redis,
    prefix,
    metrics: metrics === undefined ? undefined : checkCollector('metrics', metrics),
  };
}

function checkRedis(redis: unknown): void {
  const wanted = 'redis must be a Redis or a Cluster of ioredis';
  if (typeof redis !== 'object' || redis === null) throw new TypeError(`${wanted}; got ${describe(redis)}`);
  const lacking = METHODS.filter((method) => typeof (redis as Record<string, unknown>)[method] !== 'function');
  if (lacking.length === 0) return;
  throw new TypeError(
    `${wanted}; got an object without ${lacking.map((method) => `${method}()`).join(' and ')}. ` +
      'Of another client make { evalsha, eval } that call it.',
  );
}
