import type { CheckpointStore } from '../../index.ts';

/** A store that was reached, by a client that belongs to the command. */
export interface LeaseStore {
  readonly kind: 'redis' | 'dynamodb';
  readonly store: CheckpointStore & Required<Pick<CheckpointStore, 'putBack'>>;
  /** For a reader's eyes, without a password. */
  readonly place: string;
  /** How long a worker may take to read all leases: what it has of one may be older than what it has of another by so much. */
  readonly scanMs: number;
  /** The options that say which leases are read, for who finds none. */
  readonly naming: string;
  /** What to look at where the store does not answer. */
  readonly check: string;
  close(): void;
}
