/*
 * What the service allows, each with the page that says so:
 * [Q] Quotas and limits, https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 * [A] API reference of the operation, https://docs.aws.amazon.com/kinesis/latest/APIReference/
 */

/** GetRecords: records in an answer [A]. */
export const MAX_GET_RECORDS = 10_000;
/** GetRecords: bytes in an answer [A]. */
export const MAX_GET_RECORDS_BYTES = 10 * 1024 * 1024;
/** GetRecords: calls per second and shard [Q]. */
export const GET_RECORDS_CALLS_PER_SECOND = 5;
/** GetRecords: bytes per second and shard; a larger answer delays the next [Q]. */
export const READ_BYTES_PER_SECOND = 2 * 1024 * 1024;
/** GetShardIterator: calls per second and shard [Q]. */
export const GET_SHARD_ITERATOR_CALLS_PER_SECOND = 5;
/** How long a shard iterator can be used [A, GetShardIterator]. */
export const ITERATOR_LIFETIME_MS = 5 * 60 * 1000;

/** PutRecords: entries in a request [A]. */
export const MAX_PUT_RECORDS = 500;
/** PutRecords: bytes in a request, partition keys included [A]. */
export const MAX_PUT_RECORDS_BYTES = 10 * 1024 * 1024;
/** A record's data and partition key, unless the stream allows more [Q]. */
export const DEFAULT_MAX_RECORD_BYTES = 1024 * 1024;
/** A record's data and partition key, where the stream's maximum has been raised as far as it goes [Q]. */
export const MAX_RECORD_BYTES = 10 * 1024 * 1024;
/** Writes per second and shard: records [Q]. */
export const WRITE_RECORDS_PER_SECOND = 1_000;
/** Writes per second and shard: bytes [Q]. */
export const WRITE_BYTES_PER_SECOND = 1024 * 1024;
/** Characters in a partition key: at least one, at most this [A, PutRecord]. */
export const MAX_PARTITION_KEY_LENGTH = 256;
/** The greatest hash key: 2^128 - 1 [A, PutRecord]. */
export const MAX_HASH_KEY = 2n ** 128n - 1n;

/** ListShards: shards in a page [A]; without MaxResults a page has as many. */
export const LIST_SHARDS_PAGE = 1_000;
/** ListShards: shards at the most asked of one page [A]. */
export const MAX_LIST_SHARDS_PAGE = 10_000;
/** ListShards: calls per second and stream [A]. */
export const LIST_SHARDS_CALLS_PER_SECOND = 1_000;
/** A ListShards NextToken lives this long [A]. */
export const LIST_SHARDS_TOKEN_LIFETIME_MS = 5 * 60 * 1000;
/** DescribeStream: calls per second and account [Q]. */
export const DESCRIBE_STREAM_CALLS_PER_SECOND = 10;
/** DescribeStreamSummary: calls per second and account [Q]. */
export const DESCRIBE_STREAM_SUMMARY_CALLS_PER_SECOND = 20;
/** Hours that a record stays readable: default, and the range that can be set [Q]. */
export const DEFAULT_RETENTION_HOURS = 24;
export const MAX_RETENTION_HOURS = 8_760;
