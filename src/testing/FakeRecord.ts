/** A record to put with `FakeKinesis.put`. */
export interface FakeRecord {
  readonly partitionKey: string;
  /** A string is put as its UTF-8 bytes. */
  readonly data: Uint8Array | string;
  /** Decimal digits; overrides the partition key's hash. */
  readonly explicitHashKey?: string;
}

/** A record that a `FakeKinesis` holds. */
export interface FakeStoredRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly approximateArrivalTimestamp: Date;
  readonly data: Uint8Array;
}

/** What the SDK's client answers to a command of this type. */
export type CommandOutput<Command> = Command extends {
  /** Where the SDK says what a command's output is. */
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }>;
}
  ? Output
  : unknown;
