import { expect } from 'chai';
import { defer, filter, mergeMap, NEVER, retry, share, Subject, take, throwError, timer, toArray } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { StalledError } from '../../src/errors/StalledError.ts';
import { filterData } from '../../src/record/filterData.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import { faultyCheckpoints, type StoreFault } from '../../src/testing/faultyCheckpoints.ts';
import {
  checkpointOf,
  hangingStore,
  leaseOf,
  type Pipe,
  type Reader,
  type Records,
  shard,
  textOf,
  workbench,
} from './workbench.ts';

type Bench = ReturnType<typeof workbench>;

const slowly =
  ({ clock }: Bench, ms: number): Pipe =>
  (source: Records) =>
    source.pipe(
      processRecords(() => timer(ms, clock), { scheduler: clock, order: 'shard' }),
      checkpoint(),
    );

describe('fromKinesis, stopping', () => {
  it('should drain, write the last checkpoint, release and only then complete (pitfall 18)', () => {
    const bench = workbench();
    const { clock, put, read, store } = bench;
    const until = new Subject<void>();
    const [, second] = put(shard(0), 'a', 'b');
    const reader = read({ until, pipe: slowly(bench, 4_000) });
    clock.pass(1_000);
    until.next();
    put(shard(0), 'too late');
    clock.pass(6_900);
    expect(reader.isComplete).to.equal(false);
    clock.pass(1_000);

    expect(reader.isComplete).to.equal(true);
    expect(reader.delivered).to.deep.equal(['a', 'b']);
    expect(checkpointOf(store, shard(0))).to.equal(second!.sequenceNumber);
    expect(leaseOf(store, shard(0))!.owner).to.equal(undefined);
    expect(clock.pending).to.equal(0);
  });

  it('should wait for unsettled records no longer than drainTimeoutMs, and say how many there were', () => {
    const { clock, put, read, store } = workbench();
    const until = new Subject<void>();
    const [first] = put(shard(0), 'a', 'b', 'c');
    const pipe: Pipe = (source) =>
      source.pipe(
        filter((record) => textOf(record) === 'a'),
        checkpoint(),
      );
    const reader = read({ until, drainTimeoutMs: 5_000, pipe });
    clock.pass(3_000);
    until.next();
    clock.pass(4_990);
    expect(reader.isComplete).to.equal(false);
    clock.pass(20);

    expect(reader.isComplete).to.equal(true);
    expect(checkpointOf(store, shard(0))).to.equal(first!.sequenceNumber);
    expect(reader.diagnostics.filter(({ type }) => type === 'drainTimedOut')).to.deep.equal([
      { type: 'drainTimedOut', streamName: 'orders', unsettledRecords: 2 },
    ]);
  });

  it('should stop at an AbortSignal, and complete at once at one that is aborted', () => {
    const { clock, put, read, fake } = workbench();
    const abort = new AbortController();
    put(shard(0), 'a');
    const reader = read({ until: abort.signal });
    clock.pass(2_000);
    abort.abort();
    clock.pass(100);
    expect(reader.isComplete).to.equal(true);
    fake.calls.reset();
    const late = read({ until: AbortSignal.abort() });
    clock.pass(100);

    expect(late.isComplete).to.equal(true);
    expect(late.delivered).to.deep.equal([]);
    expect(fake.calls.count()).to.equal(0);
    expect(clock.pending).to.equal(0);
  });

  it('should pass on an error of until, and release all the same', () => {
    const { clock, read, store } = workbench();
    const reader = read({ until: timer(3_000).pipe(mergeMap(() => NEVER)) });
    reader.subscription.unsubscribe();
    clock.pass(100);
    const failing = read({
      until: defer(() => timer(3_000, clock)).pipe(mergeMap(() => throwError(() => new Error('no signal')))),
    });
    clock.pass(4_000);

    expect(failing.error).to.be.an('error').with.property('message', 'no signal');
    expect(leaseOf(store, shard(0))!.owner).to.equal(undefined);
    expect(clock.pending).to.equal(0);
  });

  for (const way of ['until', 'unsubscribing'] as const) {
    it(`should let another worker start within 2 s after ${way}, where the first left off`, () => {
      const { clock, put, read } = workbench({ streams: { orders: { shards: 3 } }, latencyMs: 20 });
      const until = new Subject<void>();
      const first = read({ until });
      const second = read({ maxShards: 3 });
      clock.pass(20_000);
      for (const id of [0, 1, 2].map(shard)) put(id, `${id} before`);
      clock.pass(3_000);
      if (way === 'until') until.next();
      else first.subscription.unsubscribe();
      const seen = second.delivered.length;
      for (const id of [0, 1, 2].map(shard)) put(id, `${id} after`);
      clock.pass(2_000);

      expect(second.delivered.slice(seen)).to.have.members([0, 1, 2].map((index) => `${shard(index)} after`));
      expect([...first.delivered, ...second.delivered]).to.have.lengthOf(6);
    });
  }

  for (const [effect, ms] of [
    ['hang', 0],
    ['delay', 5_000],
  ] as const) {
    it(`should release what it has at once where the outcome of a take is not known (${effect})`, () => {
      const { clock, read, store } = workbench({ streams: { orders: { shards: 3 } } });
      const until = new Subject<void>();
      const faults: StoreFault[] = [{ effect, ms, method: 'take', shard: shard(2), scheduler: clock }];
      const reader = read({ until, checkpoints: faultyCheckpoints(store, faults) });
      clock.pass(1_000);
      until.next();
      clock.pass(10);
      expect([0, 1].map((index) => leaseOf(store, shard(index))!.owner)).to.deep.equal([undefined, undefined]);
      clock.pass(9_000);
      expect(reader.isComplete).to.equal(true);
      expect(leaseOf(store, shard(2))).to.include({ owner: undefined, counter: effect === 'hang' ? 0 : 2 });
      expect(clock.pending).to.equal(0);
    });
  }

  it('should release everything when downstream has enough of a synchronous burst', () => {
    const { clock, put, read, store } = workbench();
    const [first] = put(shard(0), 'a', 'b', 'c');
    const reader = read({ pipe: (source) => source.pipe(checkpoint(), take(1)) });
    clock.pass(5_000);

    expect(reader.delivered).to.deep.equal(['a']);
    expect(reader.isComplete).to.equal(true);
    expect(checkpointOf(store, shard(0))).to.equal(first!.sequenceNumber);
    expect(leaseOf(store, shard(0))!.owner).to.equal(undefined);
    expect(clock.pending).to.equal(0);
  });

  it('should release everything when it is unsubscribed from at any moment', () => {
    for (let ms = 0; ms <= 2_400; ms += 60) {
      const { clock, put, read, store, fake } = workbench({ latencyMs: 50, streams: { orders: { shards: 2 } } });
      put(shard(0), 'a');
      const reader = read();
      clock.pass(ms);
      reader.subscription.unsubscribe();
      clock.pass(1_000);
      const calls = fake.calls.count();
      clock.pass(10_000);

      expect(clock.pending, `after ${ms} ms`).to.equal(0);
      expect(fake.calls.count()).to.equal(calls);
      expect(leaseOf(store, shard(0))?.owner).to.equal(undefined);
    }
  });

  it('should end even where the store hangs', () => {
    const { clock, put, read, store } = workbench();
    let hangs = false;
    const hanging = hangingStore(store, () => hangs);
    const until = new Subject<void>();
    put(shard(0), 'a');
    const reader = read({ until, checkpoints: hanging });
    clock.pass(2_000);
    hangs = true;
    until.next();
    clock.pass(30_000);

    expect(reader.isComplete).to.equal(true);
    expect(clock.pending).to.equal(0);
    const stopped = reader.diagnostics.at(-1)!;
    expect(stopped.type).to.equal('stopped');
    expect(stopped).to.have.property('error').that.is.an('error');
  });

  it('should try no longer than it holds its leases, and say what was not done', () => {
    const { clock, put, read, store } = workbench();
    let hangs = false;
    const reader = read({ checkpoints: hangingStore(store, () => hangs), leaseDurationMs: 10_000 });
    put(shard(0), 'a');
    clock.pass(2_000);
    hangs = true;
    reader.subscription.unsubscribe();
    clock.pass(9_000);
    const last = reader.diagnostics.slice(-2);
    expect(last.map(({ type }) => type)).to.deep.equal(['shardStopped', 'stopped']);
    expect(last[1]).to.have.property('error').that.is.an('error');
    expect(reader.diagnostics).to.deep.include({
      type: 'lease',
      streamName: 'orders',
      shardId: shard(0),
      event: 'expired',
      ownedLeases: 0,
    });
    clock.pass(30_000);
    expect(clock.pending).to.equal(0);
  });

  it('should leave within a lease after the drain where the store renews and does nothing else', () => {
    const { clock, put, read, store } = workbench();
    let hangs = false;
    const partly = new Proxy(store, {
      get: (target, method) =>
        hangs && method !== 'renew' ? () => NEVER : (Reflect.get(target, method) as CheckpointStore['renew']),
    });
    const until = new Subject<void>();
    put(shard(0), 'a');
    const reader = read({ until, checkpoints: partly });
    clock.pass(2_000);
    hangs = true;
    until.next();
    expect(clock.passUntil(() => reader.isComplete)).to.be.at.most(9_000);
  });

  it('should say that a lease was not released, and not that another worker has it, where the store hangs', () => {
    const { clock, put, read, store } = workbench();
    let hangs = false;
    const reader = read({ checkpoints: hangingStore(store, () => hangs) });
    put(shard(0), 'a');
    clock.pass(2_000);
    hangs = true;
    reader.subscription.unsubscribe();
    clock.pass(30_000);
    const stopped = reader.diagnostics.at(-1)!;
    expect(stopped).to.have.property('error').that.is.an.instanceOf(CheckpointStoreError);
    expect(stopped)
      .to.have.property('error')
      .with.property('message')
      .that.matches(/was not released.*runs out by itself/);
  });

  it('should say nothing of a failure when it is stopped while it hands a shard over', () => {
    const bench = workbench({ streams: { orders: { shards: 2 } } });
    const { clock, put, read } = bench;
    put(shard(0), 'a');
    put(shard(1), 'b');
    const until = new Subject<void>();
    const first = read({ until, workerId: 'a', handOverTimeoutMs: 8_000, pipe: slowly(bench, 20_000) });
    clock.pass(1_000);
    read({ workerId: 'b' });
    clock.pass(6_000);
    until.next();
    clock.pass(60_000);

    expect(first.isComplete).to.equal(true);
    const stopped = first.diagnostics.find(({ type }) => type === 'stopped');
    expect(stopped).to.deep.equal({ type: 'stopped', streamName: 'orders', error: undefined });
  });

  describe('around which stands', () => {
    it('retry(), should begin again behind the checkpoint', () => {
      const { clock, put, read } = workbench();
      put(shard(0), 'a', 'b', 'c');
      let failures = 0;
      const reader = read({
        pipe: (source) =>
          source.pipe(
            mergeMap((record) => {
              if (textOf(record) === 'b' && failures++ === 0) throw new Error('once');
              return [record];
            }),
            checkpoint(),
            retry({ delay: () => timer(1_000, clock) }),
          ),
      });
      clock.pass(10_000);

      expect(reader.delivered).to.deep.equal(['a', 'b', 'b', 'c']);
    });

    it('share(), should be one worker', () => {
      const { clock, put, read } = workbench();
      put(shard(0), 'a');
      const seen: number[] = [];
      const reader = read({
        pipe: (source) => {
          const shared = source.pipe(checkpoint(), share());
          seen.push(0);
          return shared.pipe(mergeMap((record) => shared.pipe(take(0), toArray()).pipe(mergeMap(() => [record]))));
        },
      });
      clock.pass(2_000);

      expect(reader.source.status()).to.have.lengthOf(1);
      expect(reader.delivered).to.deep.equal(['a']);
    });
  });
});

describe('fromKinesis, with a pipeline that stalls', () => {
  const dropping: Pipe = (source) =>
    source.pipe(
      filter((record) => textOf(record) !== 'dropped'),
      checkpoint(),
    );

  const stalled = (pipe: Pipe, data: readonly string[], ms = 60_000): Reader & { readonly numbers: string[] } => {
    const { clock, put, read } = workbench();
    const numbers = put(shard(0), ...data).map(({ sequenceNumber }) => sequenceNumber);
    const reader = read({ stallTimeoutMs: 10_000, pipe });
    clock.pass(ms);
    return Object.assign(reader, { numbers });
  };

  it('should error, naming the record that a plain filter dropped, and the remedy', () => {
    const { error, numbers } = stalled(dropping, ['a', 'dropped', 'c']);

    expect(error).to.be.instanceOf(StalledError);
    expect(error).to.include({ shardId: shard(0), streamName: 'orders', sequenceNumber: numbers[1] });
    expect((error as Error).message)
      .to.contain(numbers[1])
      .and.to.contain('filterData')
      .and.to.contain('10000 ms');
  });

  it('should error when the only record was dropped, or the last', () => {
    expect(stalled(dropping, ['dropped']).error).to.be.instanceOf(StalledError);
    expect(stalled(dropping, ['a', 'dropped']).error).to.be.instanceOf(StalledError);
  });

  it('should error no later than a quarter after its time', () => {
    const { clock, put, read } = workbench();
    put(shard(0), 'dropped');
    const reader = read({ stallTimeoutMs: 10_000, pipe: dropping });
    clock.pass(9_900);
    expect(reader.error).to.equal(undefined);
    clock.pass(3_000);
    expect(reader.error).to.be.instanceOf(StalledError);
  });

  it('should take a slow handler, a dead letter and filterData for no stall', () => {
    const { clock, put, read } = workbench();
    put(shard(0), 'a', 'dropped', 'c');
    const slow = read({
      stallTimeoutMs: 1_000,
      pipe: (source) =>
        source.pipe(
          filterData((data) => textOf({ data }) !== 'dropped'),
          processRecords(
            (record) => (textOf(record) === 'c' ? throwError(() => new Error('no')) : timer(60_000, clock)),
            {
              order: 'none',
              poison: () => timer(90_000, clock),
              scheduler: clock,
            },
          ),
          checkpoint(),
        ),
    });
    clock.pass(200_000);

    expect(slow.error).to.equal(undefined);
    expect(slow.source.status()[0]!.inFlightRecords).to.equal(0);
  });

  it('should take an ordered pipeline that drops for no stall', () => {
    const ordered: Pipe = (source) =>
      source.pipe(
        filter((record) => textOf(record) !== 'dropped'),
        checkpoint({ ordered: true }),
      );
    expect(stalled(ordered, ['a', 'dropped', 'dropped', 'd']).error).to.equal(undefined);
  });

  it('should see a shard that stalls beside others that go on', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    put(shard(0), 'dropped', 'x');
    const reader = read({ stallTimeoutMs: 10_000, checkpoints: memoryCheckpoints(), pipe: dropping });
    for (let i = 0; i < 20; i += 1) {
      put(shard(1), String(i));
      clock.pass(1_000);
    }
    expect(reader.error)
      .to.be.instanceOf(StalledError)
      .and.to.include({ shardId: shard(0) });
  });
});
