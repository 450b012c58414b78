import type { Position } from '../record/position.ts';

/**
 * Where reading begins in a shard that the store holds no progress of.
 *
 * - `TRIM_HORIZON`: at the oldest record still kept.
 * - `LATEST`: behind the newest record.
 * - a `Date`: at the first record that arrived then or later.
 * - positions by shard id: behind those positions. The ancestors of the shards named count as read to their end,
 *   a shard neither named nor such an ancestor begins at `TRIM_HORIZON`.
 */
export type StartAt = 'TRIM_HORIZON' | 'LATEST' | Date | Readonly<Record<string, Position>>;
