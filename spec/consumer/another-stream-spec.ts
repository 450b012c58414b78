import { expect } from 'chai';
import { from, map, type Observable } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { checkpointOf, leaseOf, shard, workbench } from './workbench.ts';

describe('fromKinesis, with the checkpoints of another stream of the name', () => {
  /** A stream that was split and read, and the reader gone. */
  const split = () => {
    const bench = workbench();
    const { clock, fake, put, read } = bench;
    const reader = read();
    put(shard(0), 'a');
    clock.pass(2_000);
    fake.split('orders', shard(0));
    for (const index of [1, 2]) put(shard(index), String(index));
    clock.pass(10_000);
    reader.subscription.unsubscribe();
    clock.pass(2_000);
    return bench;
  };

  it('should error where a shard that was read to its end takes writes again, and say what to do', () => {
    const { clock, fake, put, read } = split();
    fake.deleteStream('orders');
    clock.pass(60_000);
    fake.createStream('orders');
    clock.pass(60_000);
    put(shard(0), 'new');
    const reader = read();
    clock.pass(61_000);

    expect(reader.error).to.be.instanceOf(KinesisStreamError);
    expect(reader.error).to.include({ streamName: 'orders', shardId: shard(0), retryable: false });
    expect((reader.error as Error).message)
      .to.contain('the checkpoints are of another stream')
      .and.to.contain('remove the leases');
    expect(clock.pending).to.equal(0);
  });

  it('should not take a listing from before the end for another stream, however long it lasts', () => {
    const { clock, fake, read } = split();
    const old: KinesisClientLike = {
      send: (command, options) =>
        from(fake.send(command, options)).pipe(
          map((answer) => {
            const { Shards } = answer as { Shards?: { SequenceNumberRange: { StartingSequenceNumber: string } }[] };
            if (!Shards) return answer;
            const [first] = Shards;
            const { StartingSequenceNumber } = first!.SequenceNumberRange;
            return { Shards: [{ ...first, SequenceNumberRange: { StartingSequenceNumber } }] };
          }),
        ),
    };
    const reader = read({ client: old });
    clock.pass(300_000);
    expect(reader.error).to.equal(undefined);
  });

  it('should leave a shard alone that was put to its end by hand', () => {
    const { clock, read, store } = workbench();
    const reader = read();
    clock.pass(2_000);
    (store.putBack!(leaseOf(store, shard(0))!, 'SHARD_END') as Observable<Lease | undefined>).subscribe();
    clock.pass(300_000);
    expect(reader.error).to.equal(undefined);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
  });
});
