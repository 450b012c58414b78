import type { CheckpointStore } from '../CheckpointStore.ts';

/** A store in a table of DynamoDB. */
export interface DynamoDbCheckpointStore extends CheckpointStore {
  /**
   * Closes the connections of the client that was made here, once no source uses the store any more; a client that was given stays open.
   * Idle connections keep no process alive, so a program that ends need not call it. A later call makes a new client.
   */
  close(): void;
}
