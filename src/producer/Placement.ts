/** Where Kinesis put a record. */
export interface Placement {
  readonly shardId: string;
  readonly sequenceNumber: string;
}
