import type { MetricsCollector } from '../../metrics/MetricsCollector.ts';
import type { RedisLike } from './RedisLike.ts';

/** Where the leases are. */
export interface RedisCheckpointsOptions {
  /** The application: its workers share the streams that they read, and see no other application's leases. Any text that is not empty. */
  readonly application: string;
  /** What talks to Redis: a `Redis` or `Cluster` of ioredis. It is yours to close, after the sources that use it. */
  readonly redis: RedisLike;
  /** How every key begins; without `{` and `}`. Default: `'rxjs-kinesis:'`. */
  readonly prefix?: string;
  /**
   * Where the writes of checkpoints are counted: under the stream of the source that makes them, or `<standalone>` where none does. Default:
   * the collector of `setMetricsCollector()`.
   */
  readonly metrics?: MetricsCollector;
}
