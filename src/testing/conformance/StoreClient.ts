import assert from 'node:assert/strict';
import { defer, firstValueFrom, from, type ObservableInput } from 'rxjs';
import type { CheckpointStore } from '../../checkpoint/CheckpointStore.ts';
import type { Checkpoint, Lease, NewLease } from '../../checkpoint/Lease.ts';

export const SHARD = 'shardId-000000000000';

/** What a lease is created with, when nothing else matters. */
export function newLease(shardId = SHARD, changes: Partial<NewLease> = {}): NewLease {
  return {
    shardId,
    parentShardIds: [],
    startingHashKey: '0',
    endingHashKey: '340282366920938463463374607431768211455',
    checkpoint: 'TRIM_HORIZON',
    ...changes,
  };
}

/** A store as a case uses it: for one stream, with Promises, and with a look at what is stored. */
export class StoreClient {
  readonly store: CheckpointStore;
  readonly #streamName: string;

  constructor(store: CheckpointStore, streamName: string) {
    this.store = store;
    this.#streamName = streamName;
  }

  leases(): Promise<readonly Lease[]> {
    return answerOf(() => this.store.leases(this.#streamName));
  }

  async find(shardId = SHARD): Promise<Lease | undefined> {
    return (await this.leases()).find((lease) => lease.shardId === shardId);
  }

  async stored(shardId = SHARD): Promise<Lease> {
    return present(await this.find(shardId), `the lease of ${shardId} is not listed`);
  }

  create(...leases: readonly NewLease[]): Promise<unknown> {
    return answerOf(() => this.store.create(this.#streamName, leases));
  }

  async created(fresh = newLease()): Promise<Lease> {
    await this.create(fresh);
    return this.stored(fresh.shardId);
  }

  /** A new lease, taken. */
  async held(workerId = 'worker-1', fresh = newLease()): Promise<Lease> {
    return present(await this.take(await this.created(fresh), workerId), 'a new lease could not be taken');
  }

  take(lease: Lease, workerId: string, token: string = crypto.randomUUID()): Promise<Lease | undefined> {
    return answerOf(() => this.store.take(lease, { workerId, token }));
  }

  renew(lease: Lease): Promise<Lease | undefined> {
    return answerOf(() => this.store.renew(lease));
  }

  checkpoint(lease: Lease, checkpoint: Checkpoint, childShardIds?: readonly string[]): Promise<Lease | undefined> {
    return answerOf(() => this.store.checkpoint(lease, checkpoint, childShardIds));
  }

  requestHandOver(lease: Lease, workerId: string): Promise<Lease | undefined> {
    return answerOf(() => this.store.requestHandOver(lease, workerId));
  }

  release(lease: Lease): Promise<Lease | undefined> {
    return answerOf(() => this.store.release(lease));
  }

  remove(lease: Lease): Promise<boolean> {
    return answerOf(() => this.store.remove(lease));
  }

  /** Only where the store has it. */
  putBack(lease: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    return answerOf(() => this.store.putBack?.(lease, checkpoint) ?? []);
  }

  /** Asserts that a write changed this and nothing else, made the counter grow, and told what is stored now. */
  async assertWritten(before: Lease, answer: Lease | undefined, changes: Partial<Lease> = {}): Promise<Lease> {
    const written = present(answer, 'the write was refused');
    assert.ok(written.counter > before.counter, `the counter went from ${before.counter} to ${written.counter}`);
    assertSame(written, { ...before, ...changes, counter: written.counter }, 'the answer');
    assertSame(await this.stored(before.shardId), written, 'what is stored, against the answer');
    return written;
  }

  /** Asserts that a write was refused, and that nothing of the lease has changed. */
  async assertRefused(before: Lease, answer: unknown): Promise<void> {
    assert.equal(answer, undefined, 'the write was not refused');
    await this.assertUnchanged(before);
  }

  async assertUnchanged(before: Lease): Promise<void> {
    assertSame(await this.stored(before.shardId), before, 'what is stored');
  }
}

/** Asserts that two leases say the same. */
export function assertSame(actual: Lease, expected: Lease, what: string): void {
  assert.deepEqual({ of: what, ...comparable(actual) }, { of: what, ...comparable(expected) });
}

export function present<T>(value: T | undefined, otherwise: string): T {
  assert.ok(value !== undefined, otherwise);
  return value;
}

/** What the contract knows of a lease; where it leaves the order open, sorted. */
function comparable(lease: Lease) {
  return {
    streamName: lease.streamName,
    shardId: lease.shardId,
    parentShardIds: lease.parentShardIds.toSorted(),
    childShardIds: lease.childShardIds.toSorted(),
    startingHashKey: lease.startingHashKey,
    endingHashKey: lease.endingHashKey,
    checkpoint: lease.checkpoint,
    owner: lease.owner,
    token: lease.token,
    nextOwner: lease.nextOwner,
    counter: lease.counter,
    ownerSwitchesSinceCheckpoint: lease.ownerSwitchesSinceCheckpoint,
  };
}

const answerOf = <T>(call: () => ObservableInput<T>): Promise<T> => firstValueFrom(defer(() => from(call())));
