/** A user record, as an aggregate holds it. */
export interface AggregatedRecord {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
}
