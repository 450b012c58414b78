import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * An item of a lease table, as the KCL writes it; the reading of it is `readLease`.
 *
 * What begins with `rxjs` is this library's own. The KCL does not know it and leaves it as it is, whatever it does to the rest:
 *
 * - `rxjsOwner`, `rxjsToken`: the token of an acquisition, and whose. It counts only while that one is the owner:
 *   a KCL that takes the lease writes `leaseOwner` and leaves these two behind.
 * - `rxjsNextOwner`: who asked for the lease.
 * - `rxjsTimestamp`: where `AT_TIMESTAMP` is, in milliseconds since 1970.
 * - `rxjsCheckpointedAt`, `rxjsCheckpointed`: when a checkpoint was written, in milliseconds since 1970, and which. It counts only while that
 *   is the checkpoint: a KCL that writes another leaves these two behind.
 * - `rxjsApplication`, `rxjsStream`: whose the lease is, so that two do not share a table unawares.
 */
export type LeaseRow = Readonly<Record<string, AttributeValue>>;
