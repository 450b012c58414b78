import { concat, defer, EMPTY, ignoreElements, map, type Observable } from 'rxjs';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { HeldLease } from './HeldLease.ts';
import { type Answer, LONE_END } from './readShard.ts';
import { reportingCheckpoint } from './reportingCheckpoint.ts';
import type { ShardInfo } from './topology.ts';
import type { Worker } from './Worker.ts';

/** The end of a shard: whether it is one, and writing it into the store. */
export class ShardEnding {
  readonly #held: HeldLease;
  readonly #worker: Worker;
  #isWritten = false;

  constructor(held: HeldLease, worker: Worker) {
    this.#held = held;
    this.#worker = worker;
  }

  /** The end is in the store. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** A shard whose last records were trimmed is gone, though its stream is not: it has ended. Errors with whatever else failed. */
  ifGone(error: unknown): Observable<Answer> {
    if (!(error instanceof KinesisServiceError) || error.awsName !== 'ResourceNotFoundException') throw error;
    return this.#worker.directory.isListed(this.#shardId).pipe(
      map((isListed) => {
        if (isListed) throw this.#unsure('it is listed all the same', error);
        return LONE_END;
      }),
    );
  }

  /** Children's leases first, then the end, then the release: whoever sees the end sees the children. */
  write(children: readonly ShardInfo[]): Observable<never> {
    const { diagnostics, streamName, directory, calls } = this.#worker;
    const shardId = this.#shardId;
    const childShardIds = children.map(({ shardId }) => shardId);
    return concat(
      defer(() => {
        if (diagnostics.isHeard) diagnostics.emit({ type: 'shardRead', streamName, shardId, childShardIds });
        return directory.createChildren(children);
      }),
      defer(() => {
        // The mark of the end is for ever. Without children a listing must bear it out.
        const isOpen = directory.topology.get(shardId)?.isOpen;
        if (children.length === 0 && isOpen) throw this.#unsure('it takes writes');
        return EMPTY;
      }),
      this.#held
        .checkpoint(() => 'SHARD_END', childShardIds)
        .pipe(reportingCheckpoint(shardId, this.#worker), calls.weather(shardId), ignoreElements()),
      defer(() => {
        this.#isWritten = true;
        if (diagnostics.isHeard) diagnostics.emit({ type: 'shardEnded', streamName, shardId });
        return this.#held.release().pipe(calls.weather(shardId));
      }),
    );
  }

  /** The end of the shard that something speaks against: it is asked again. */
  #unsure(why: string, cause?: KinesisServiceError): KinesisServiceError {
    const { streamName } = this.#worker;
    const shardId = this.#shardId;
    return new KinesisServiceError(
      `GetRecords said that shard ${shardId} of stream ${streamName} has ended, but ${why}. It is read on.`,
      { cause, kind: 'transient', operation: 'GetRecords', awsName: cause?.awsName ?? 'unknown', streamName, shardId },
    );
  }

  get #shardId(): string {
    return this.#held.lease.shardId;
  }
}
