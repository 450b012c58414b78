export { redisCheckpoints } from './redisCheckpoints.ts';
export type { RedisCheckpointsOptions } from './RedisCheckpointsOptions.ts';
export type { RedisLike } from './RedisLike.ts';
