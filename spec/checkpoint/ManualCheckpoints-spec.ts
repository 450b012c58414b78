import { expect } from 'chai';
import { concat, defer, delay, EMPTY, ignoreElements, NEVER, of, Subject } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { ManualCheckpoints } from '../../src/checkpoint/ManualCheckpoints.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { CheckpointFlushError } from '../../src/errors/CheckpointFlushError.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { filterData } from '../../src/record/filterData.ts';
import { faultyCheckpoints, type StoreFault } from '../../src/testing/faultyCheckpoints.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { checkpointOf, shard, workbench } from '../consumer/workbench.ts';

const TWO_SHARDS = { streams: { orders: { shards: 2 } } };

/** A reader whose checkpoints are written by hand. */
function manualBench(faults: readonly StoreFault[] = []) {
  const bench = workbench(TWO_SHARDS);
  const manual = new ManualCheckpoints();
  const reader = bench.read({
    checkpoints: faultyCheckpoints(bench.store, faults),
    pipe: (source) => source.pipe(checkpoint({ when: manual })),
  });
  return { ...bench, manual, reader };
}

describe('ManualCheckpoints', () => {
  it('should write what is settled when flushed, and not before', async () => {
    const { clock, manual, put, store } = manualBench();
    const [[a], [b]] = [put(shard(0), 'a'), put(shard(1), 'b')];
    clock.pass(60_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    await manual.flush();
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
    expect(checkpointOf(store, shard(1))).to.equal(b!.sequenceNumber);
  });

  it('should resolve at once when it serves nothing, or nothing is new', async () => {
    const { clock, manual, put, store } = manualBench([{ effect: 'hang', method: 'checkpoint', after: 1 }]);
    await new ManualCheckpoints().flush();
    put(shard(0), 'a');
    clock.pass(2_000);
    await manual.flush();
    await manual.flush();
    expect(checkpointOf(store, shard(0))).not.to.equal('TRIM_HORIZON');
  });

  it('should resolve when the write is durable, not before', async () => {
    const faults: StoreFault[] = [];
    const { clock, manual, put } = manualBench(faults);
    faults.push({ effect: 'delay', method: 'checkpoint', ms: 500, scheduler: clock });
    put(shard(0), 'a');
    clock.pass(2_000);
    let isDone = false;
    const flushed = manual.flush().then(() => (isDone = true));
    clock.pass(499);
    await Promise.resolve();
    expect(isDone).to.be.false;
    clock.pass(1);
    expect(await flushed).to.be.true;
  });

  it('should write the others when one shard fails, list that one, and write it at the next flush (pitfall 30)', async () => {
    const { clock, manual, put, store } = manualBench([
      { effect: 'fail', method: 'checkpoint', shard: shard(0), times: 1 },
    ]);
    const [[a], [b]] = [put(shard(0), 'a'), put(shard(1), 'b')];
    clock.pass(2_000);
    const error = await manual.flush().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CheckpointFlushError);
    const { failures, retryable } = error as CheckpointFlushError;
    expect(failures.map(({ streamName, shardId }) => [streamName, shardId])).to.deep.equal([['orders', shard(0)]]);
    expect(failures[0]!.error).to.be.instanceOf(CheckpointStoreError);
    expect(retryable).to.be.true;
    expect([checkpointOf(store, shard(0)), checkpointOf(store, shard(1))]).to.deep.equal([
      'TRIM_HORIZON',
      b!.sequenceNumber,
    ]);
    await manual.flush();
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should list every shard that fails, and leave the stream alone', async () => {
    const error = new CheckpointStoreError('access denied');
    const { clock, manual, put, reader } = manualBench([{ effect: 'fail', method: 'checkpoint', times: 2, error }]);
    put(shard(0), 'a');
    put(shard(1), 'b');
    clock.pass(2_000);
    const thrown = await manual.flush().catch((each: unknown) => each);
    const { failures, incurable, retryable } = thrown as CheckpointFlushError;
    expect(failures.map(({ shardId }) => shardId)).to.have.members([shard(0), shard(1)]);
    expect([incurable, retryable]).to.deep.equal([error, false]);
    expect(reader.error).to.equal(undefined);
    await manual.flush();
  });

  it('should keep what is settled during a flush for the next one', async () => {
    const faults: StoreFault[] = [];
    const { clock, manual, put, store } = manualBench(faults);
    faults.push({ effect: 'delay', method: 'checkpoint', ms: 3_000, times: 1, scheduler: clock });
    const [a] = put(shard(0), 'a');
    clock.pass(2_000);
    const flushed = manual.flush();
    const [b] = put(shard(0), 'b');
    clock.pass(3_000);
    await flushed;
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
    await manual.flush();
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
  });

  it('should write each shard once for two flushes at the same time', async () => {
    const { clock, put, read, store } = workbench(TWO_SHARDS);
    const manual = new ManualCheckpoints();
    const written: string[] = [];
    read({
      checkpoints: {
        ...store,
        checkpoint: (lease, ...rest) => (written.push(lease.shardId), store.checkpoint(lease, ...rest)),
      },
      pipe: (source) => source.pipe(checkpoint({ when: manual })),
    });
    put(shard(0), 'a');
    put(shard(1), 'b');
    clock.pass(2_000);
    await Promise.all([manual.flush(), manual.flush()]);
    expect(written)
      .to.have.members([shard(0), shard(1)])
      .and.have.lengthOf(2);
  });

  it('should not pass a record that is on its way', async () => {
    const { clock, put, read, store } = workbench();
    const manual = new ManualCheckpoints();
    read({ pipe: (source) => source.pipe(delay(10_000, clock), checkpoint({ when: manual })) });
    put(shard(0), 'a');
    clock.pass(5_000);
    await manual.flush();
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
  });

  it('should end a shard in order: the buffered progress, the end, the release; later flushes do not fail (pitfall 29)', async () => {
    const { clock, fake, manual, put, store, reader } = manualBench();
    put(shard(0), 'last');
    clock.pass(2_000);
    fake.split('orders', shard(0));
    clock.pass(10_000);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    await manual.flush();
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    expect(reader.error).to.equal(undefined);
  });

  it('should serve several sources, and each only while it is subscribed', async () => {
    const { clock, put, read, store } = workbench();
    const manual = new ManualCheckpoints();
    const other = memoryCheckpoints();
    const [one] = [store, other].map((checkpoints) =>
      read({ checkpoints, pipe: (source) => source.pipe(checkpoint({ when: manual })) }),
    );
    const [a] = put(shard(0), 'a');
    clock.pass(2_000);
    await manual.flush();
    expect([store, other].map((each) => checkpointOf(each, shard(0)))).to.deep.equal([
      a!.sequenceNumber,
      a!.sequenceNumber,
    ]);
    one!.subscription.unsubscribe();
    const [b] = put(shard(0), 'b');
    clock.pass(2_000);
    await manual.flush();
    expect([store, other].map((each) => checkpointOf(each, shard(0)))).to.deep.equal([
      a!.sequenceNumber,
      b!.sequenceNumber,
    ]);
  });

  it('should cover a source none of whose records has arrived, and write nothing before the flush', async () => {
    const { clock, put, read, store } = workbench();
    const manual = new ManualCheckpoints();
    read({
      pipe: (source) =>
        source.pipe(
          filterData(() => false),
          checkpoint({ when: manual }),
        ),
    });
    const [, b] = put(shard(0), 'a', 'b');
    clock.pass(60_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    await manual.flush();
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
  });

  it('should let go of a source that has stopped, and serve the one that retry() subscribes next', async () => {
    const manual = new ManualCheckpoints();
    const flushed: string[] = [];
    const [stopped, again] = [new Subject<never>(), new Subject<void>()];
    const [first, second] = [recordFactory()('a'), recordFactory()('b')];
    Object.assign(first.origin, { stopped, flush: () => defer(() => (flushed.push('first'), EMPTY)) });
    Object.assign(second.origin, { flush: () => defer(() => (flushed.push('second'), EMPTY)) });
    concat(of(first), again.pipe(ignoreElements()), of(second), NEVER)
      .pipe(checkpoint({ when: manual }))
      .subscribe();
    await manual.flush();
    stopped.complete();
    await manual.flush();
    again.complete();
    await manual.flush();
    expect(flushed).to.deep.equal(['first', 'second']);
  });

  it('should let go of a source whose subscription has ended', async () => {
    const record = recordFactory()('a');
    let flushes = 0;
    Object.assign(record.origin, { flush: () => defer(() => ((flushes += 1), EMPTY)) });
    const manual = new ManualCheckpoints();
    const subscription = concat(of(record), NEVER)
      .pipe(checkpoint({ when: manual }))
      .subscribe();
    await manual.flush();
    subscription.unsubscribe();
    await manual.flush();
    expect(flushes).to.equal(1);
  });
});
