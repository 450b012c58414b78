/** What names a record in an error. */
export interface RecordName {
  readonly streamName: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}

/** How an error's message names a record: `record 4959...98 of shard shardId-000000000000 of stream orders`. */
export function nameRecord({ streamName, shardId, sequenceNumber, subSequenceNumber }: RecordName): string {
  const inAggregate = subSequenceNumber > 0 ? ` (number ${subSequenceNumber} in its aggregate)` : '';
  return `record ${sequenceNumber}${inAggregate} of shard ${shardId} of stream ${streamName}`;
}

/** What was thrown, as the part of a message that says why. */
export function nameCause(cause: unknown): string {
  try {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  } catch {
    // There are objects that cannot be made a string.
    return 'something that has no text';
  }
}
