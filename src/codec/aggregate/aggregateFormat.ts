/**
 * The aggregate format of the Kinesis Producer Library, as its file aggregation-format.md describes it:
 *
 *     magic (4 bytes), a message in protobuf (proto2), MD5 of the message (16 bytes)
 *
 *     message AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2; repeated Record records = 3; }
 *     message Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2; required bytes data = 3; repeated Tag tags = 4; }
 *
 * The tags here are those of protobuf: the number of the field, and how its value is written.
 */
export const aggregateFormat = {
  magic: [0xf3, 0x89, 0x9a, 0xc2],
  magicBytes: 4,
  digestBytes: 16,
  /** The KPL's partition key of an aggregate: the explicit hash key says where it goes. */
  partitionKey: 'a',
  /** In the message. */
  partitionKeyTag: 0x0a,
  explicitHashKeyTag: 0x12,
  recordTag: 0x1a,
  /** In a record. */
  partitionKeyIndexTag: 0x08,
  explicitHashKeyIndexTag: 0x10,
  dataTag: 0x1a,
} as const;
