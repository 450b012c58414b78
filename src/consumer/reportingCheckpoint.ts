import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import { isPosition } from '../checkpoint/isProgress.ts';
import type { Checkpoint } from '../checkpoint/Lease.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import type { Worker } from './Worker.ts';

/** Tells whoever listens how the writing of a checkpoint came out. A place to begin at is no progress, and not told. */
export function reportingCheckpoint(
  shardId: string,
  { streamName, diagnostics, keepsProgress }: Pick<Worker, 'streamName' | 'diagnostics' | 'keepsProgress'>,
): MonoTypeOperatorFunction<Checkpoint> {
  return tap({
    next: (position) => {
      if (diagnostics.isHeard && keepsProgress && (isPosition(position) || position === 'SHARD_END')) {
        diagnostics.emit({ type: 'checkpointed', streamName, shardId, position });
      }
    },
    error: (error: unknown) => {
      if (diagnostics.isHeard && error instanceof KinesisStreamError) {
        diagnostics.emit({ type: 'checkpointFailed', streamName, shardId, error });
      }
    },
  });
}
