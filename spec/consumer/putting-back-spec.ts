import { expect } from 'chai';
import { concat, defer, from, ignoreElements, type Observable, throwError } from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import type { Checkpoint, Lease } from '../../src/checkpoint/Lease.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { checkpointOf, leaseOf, type Reader, shard, workbench } from './workbench.ts';

/** As `rxjs-kinesis checkpoints` does it, while workers run. */
function putBack(store: CheckpointStore, shardId: string, checkpoint: Checkpoint): void {
  let answer: Lease | undefined;
  (store.putBack!(leaseOf(store, shardId)!, checkpoint) as Observable<Lease | undefined>).subscribe((lease) => {
    answer = lease;
  });
  expect(answer).to.deep.include({ owner: undefined, checkpoint });
}

const at = ({ sequenceNumber }: { readonly sequenceNumber: string }) => ({ sequenceNumber, subSequenceNumber: 0 });
const leaseEvents = ({ diagnostics }: Reader) =>
  diagnostics.flatMap((each) => (each.type === 'lease' ? [each.event] : []));

describe('A shard that is put back while it is read', () => {
  it('should be given up by its worker, and be delivered again from the new place', () => {
    const { clock, store, put, read } = workbench();
    const reader = read();
    const [, b] = put(shard(0), 'a', 'b', 'c', 'd');
    clock.pass(6_000);
    putBack(store, shard(0), at(b!));
    clock.pass(10_000);
    expect(reader.delivered).to.deep.equal(['a', 'b', 'c', 'd', 'c', 'd']);
    expect(leaseEvents(reader)).to.deep.equal(['taken', 'lost', 'taken']);
    const [e] = put(shard(0), 'e');
    clock.pass(10_000);
    expect(reader.delivered.slice(6)).to.deep.equal(['e']);
    expect(checkpointOf(store, shard(0))).to.equal(e!.sequenceNumber);
    expect(reader.error).to.equal(undefined);
  });

  it('should be delivered by another worker, and by the first no more once that has noticed', () => {
    const { clock, store, put, read } = workbench();
    const first = read();
    const [, b] = put(shard(0), 'a', 'b', 'c', 'd');
    clock.pass(6_000);
    const second = read();
    clock.pass(100);
    putBack(store, shard(0), at(b!));
    clock.pass(3_400);
    expect(second.delivered).to.deep.equal(['c', 'd']);
    put(shard(0), 'e');
    clock.pass(10_000);
    expect(second.delivered).to.deep.equal(['c', 'd', 'e']);
    expect(first.delivered).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  for (const [what, isStored] of [
    ['on its way', false],
    ['stored, and is repeated as the reply was lost', true],
  ] as const) {
    it(`should stay where it was put though a checkpoint of its worker was ${what}`, () => {
      const { clock, store, put, read } = workbench();
      const [, b] = put(shard(0), 'a', 'b', 'c', 'd');
      const places: (Checkpoint | undefined)[] = [];
      const intervening: CheckpointStore = {
        ...store,
        checkpoint: (lease, checkpoint, children) => {
          const write = defer(() => from(store.checkpoint(lease, checkpoint, children)));
          if (places.length > 0) return write;
          const comesBetween = defer(() => {
            putBack(store, shard(0), at(b!));
            places.push(leaseOf(store, shard(0))?.checkpoint);
            return [];
          });
          const failure = throwError(() => new CheckpointStoreError('the reply was lost', { retryable: true }));
          return isStored ? concat(write.pipe(ignoreElements()), comesBetween, failure) : concat(comesBetween, write);
        },
      };
      const reader = read({ checkpoints: intervening, startAt: 'TRIM_HORIZON', leaseScanIntervalMs: 5_000 });
      clock.passUntil(() => places.length > 0);
      clock.pass(500);
      expect(leaseOf(store, shard(0))!.checkpoint).to.deep.equal(at(b!));
      clock.pass(30_000);
      expect(reader.delivered).to.deep.equal(['a', 'b', 'c', 'd', 'c', 'd']);
      expect(reader.error).to.equal(undefined);
    });
  }

  it('should be read to its end again, and its children wait if they were put back behind it', () => {
    const { clock, store, fake, put, read } = workbench();
    const reader = read();
    put(shard(0), 'parent');
    clock.pass(2_000);
    const children = fake.split('orders', shard(0));
    for (const child of children) put(child, child);
    clock.pass(20_000);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    for (const shardId of [shard(0), ...children]) putBack(store, shardId, 'TRIM_HORIZON');
    clock.pass(30_000);
    const [parent, ...others] = reader.delivered.slice(3);
    expect(parent).to.equal('parent');
    expect(others).to.have.members([...children]);
    expect(leaseOf(store, shard(0))).to.deep.include({ checkpoint: 'SHARD_END', owner: undefined });
  });

  it('should leave its children where they are if it alone is put back', () => {
    const { clock, store, fake, put, read } = workbench();
    const reader = read();
    put(shard(0), 'parent');
    clock.pass(2_000);
    const [child] = fake.split('orders', shard(0));
    put(child, 'child');
    clock.pass(20_000);
    putBack(store, shard(0), 'TRIM_HORIZON');
    put(child, 'later');
    clock.pass(30_000);
    expect(reader.delivered.slice(0, 2)).to.deep.equal(['parent', 'child']);
    expect(reader.delivered.slice(2)).to.have.members(['later', 'parent']);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
  });
});
