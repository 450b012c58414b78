import { expect } from 'chai';
import type { Observable } from 'rxjs';
import { EMPTY, filter, firstValueFrom, map, NEVER, of, tap, throwError, timer } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { KinesisClientLike, KinesisCommand } from '../../src/aws/KinesisClientLike.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { text } from '../../src/codec/text.ts';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { StalledError } from '../../src/errors/StalledError.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import type { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { checkpointOf, shard, workbench } from './workbench.ts';

/** The fake, but for the answers that `instead` gives. */
function client(fake: FakeKinesis, instead: (operation: string, calls: number) => Observable<unknown> | undefined) {
  const calls = new Map<string, number>();
  return {
    send: (command: KinesisCommand) => {
      const operation = command.constructor.name.replace('Command', '');
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      return instead(operation, calls.get(operation) ?? 0) ?? fake.send(command);
    },
  } satisfies KinesisClientLike;
}

describe('fromKinesis, under attack', () => {
  const odd = [
    {},
    { Records: null },
    { Records: [null] },
    { Records: [], NextShardIterator: '' },
    null,
    undefined,
    'text',
  ];
  for (const garbage of odd) {
    it(`should read on after GetRecords answered ${JSON.stringify(garbage)}`, () => {
      const { clock, fake, put, read, store } = workbench();
      const odd = client(fake, (operation, calls) =>
        operation === 'GetRecords' && calls === 2 ? of(garbage) : undefined,
      );
      put(shard(0), 'a');
      const reader = read({ client: odd });
      clock.pass(3_000);
      put(shard(0), 'b');
      clock.pass(10_000);
      expect(reader.delivered).to.deep.equal(['a', 'b']);
      expect(checkpointOf(store, shard(0))).not.to.equal('SHARD_END');
    });
  }

  it('should lose nothing of a child that GetRecords told of without its hash range', () => {
    const { clock, fake, put, read } = workbench();
    const withoutRanges = ({ ChildShards, ...output }: { ChildShards?: object[] }) => ({
      ...output,
      ...(ChildShards && { ChildShards: ChildShards.map((child) => ({ ...child, HashKeyRange: undefined })) }),
    });
    const odd: KinesisClientLike = {
      send: (command) =>
        command.constructor.name === 'GetRecordsCommand'
          ? (fake.send(command) as Observable<object>).pipe(map(withoutRanges))
          : fake.send(command),
    };
    const reader = read({ client: odd });
    clock.pass(2_000);
    fake.split('orders', shard(0));
    of('a', 'b', 'c', 'd')
      .pipe(toKinesis('orders', { client: fake, scheduler: clock, aggregate: true, codec: text() }))
      .subscribe();
    clock.pass(60_000);
    expect(reader.delivered).to.have.members(['a', 'b', 'c', 'd']);
    put(shard(1), 'e');
    clock.pass(5_000);
    expect(reader.delivered).to.include('e');
  });

  describe('a shard that is not found once, though it is listed', () => {
    const notFound = { operation: 'GetRecords', error: 'ResourceNotFoundException', times: 1, after: 1 } as const;

    it('should deliver what was read and waited for its turn, and read on', () => {
      const { clock, fake, put, read, store } = workbench();
      put(shard(0), ...Array.from({ length: 6 }, (_, index) => `${index}`));
      fake.fail(notFound);
      const reader = read({
        maxRecordsPerCall: 3,
        maxCallsPerSecond: Infinity,
        // Each record blocks the thread for longer than a slice of deliveries may take.
        pipe: (source) =>
          source.pipe(
            tap(() => (clock.frame += 60)),
            checkpoint(),
          ),
      });
      clock.pass(20_000);
      const [last] = put(shard(0), 'last');
      clock.pass(20_000);
      expect(reader.delivered).to.deep.equal(['0', '1', '2', '3', '4', '5', 'last']);
      expect(checkpointOf(store, shard(0))).to.equal(last!.sequenceNumber);
      const [left] = fake.split('orders', shard(0));
      put(left, 'of a child');
      clock.pass(60_000);
      expect(reader.delivered).to.include('of a child');
    });

    it('should deliver nothing again that is in hand', () => {
      const { clock, fake, put, read, store } = workbench();
      const sent = put(shard(0), 'a', 'b', 'c');
      fake.fail(notFound);
      const slow = processRecords(() => timer(5_000, clock), { order: 'shard', scheduler: clock });
      const reader = read({ pipe: (source) => source.pipe(slow, checkpoint()) });
      clock.pass(30_000);
      expect(reader.delivered).to.deep.equal(['a', 'b', 'c']);
      expect(checkpointOf(store, shard(0))).to.equal(sent.at(-1)!.sequenceNumber);
    });
  });

  it('should take no end of a shard that still takes writes', () => {
    const { clock, fake, put, read, store } = workbench();
    const odd = client(fake, (operation, calls) =>
      operation === 'GetRecords' && calls === 2 ? of({ Records: [] }) : undefined,
    );
    put(shard(0), 'a');
    const reader = read({ client: odd });
    clock.pass(3_000);
    put(shard(0), 'b');
    clock.pass(10_000);
    expect(reader.delivered).to.deep.equal(['a', 'b']);
    expect(checkpointOf(store, shard(0))).not.to.equal('SHARD_END');
  });

  it('should keep the marks of ended shards when a listing shows nothing', () => {
    const { clock, fake, put, read, store } = workbench();
    const odd = client(fake, (operation, calls) => (operation === 'ListShards' && calls === 2 ? of({}) : undefined));
    put(shard(0), 'a');
    const reader = read({ client: odd });
    clock.pass(2_000);
    const [left] = fake.split('orders', shard(0));
    put(left, 'b');
    clock.pass(120_000);
    expect(reader.delivered).to.deep.equal(['a', 'b']);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
  });

  for (const operation of ['ListShards', 'GetShardIterator', 'GetRecords']) {
    it(`should make ${operation} again when it is never answered`, () => {
      const { clock, fake, put, read } = workbench();
      const silent = client(fake, (called, calls) => (called === operation && calls === 1 ? NEVER : undefined));
      put(shard(0), 'a');
      const reader = read({ client: silent, requestTimeoutMs: 5_000, maxConcurrentCalls: 1 });
      clock.pass(20_000);
      expect(reader.delivered).to.deep.equal(['a']);
      expect(reader.diagnostics.filter(({ type }) => type === 'readFailed')).to.have.length(1);
    });

    it(`should wait before ${operation} is made again that was answered with nothing`, () => {
      const { clock, fake, read } = workbench();
      let calls = 0;
      const empty = client(fake, (called) => {
        if (called !== operation) return undefined;
        calls += 1;
        return EMPTY;
      });
      read({ client: empty });
      clock.pass(10_000);
      expect(calls).to.be.within(2, 20);
    });
  }

  it('should give the room of a lost shard back, though its records were dropped', () => {
    const { clock, put, read, store } = workbench();
    let isStolen = false;
    const thief: CheckpointStore = {
      ...store,
      renew: (lease) => (isStolen ? of(undefined) : store.renew(lease)),
      changes: () => NEVER,
    };
    const dropping = read({
      checkpoints: thief,
      maxInFlightRecords: 10,
      stallTimeoutMs: 20_000,
      leaseDurationMs: 3_000,
      pipe: (source) => source.pipe(filter(() => false)),
    });
    put(shard(0), ...Array.from({ length: 30 }, (_, index) => `${index}`));
    clock.pass(1_500);
    expect(dropping.delivered).to.have.length(10);
    isStolen = true;
    clock.pass(2_000);
    isStolen = false;
    clock.pass(40_000);
    // Delivered again from the start, and then it is a stall like any other.
    expect(dropping.delivered.slice(10)).to.deep.equal(dropping.delivered.slice(0, 10));
    expect(dropping.error).to.be.instanceOf(StalledError);
  });

  it('should let a tail wait in order that the next record settles', () => {
    const { clock, put, read, store } = workbench();
    const reader = read({
      stallTimeoutMs: 10_000,
      pipe: (source) =>
        source.pipe(
          filter(({ data }) => !String(data).startsWith('120')),
          checkpoint({ ordered: true }),
        ),
    });
    put(shard(0), 'a', 'x');
    clock.pass(60_000);
    expect(reader.error).to.equal(undefined);
    const [b] = put(shard(0), 'b');
    clock.pass(10_000);
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
  });

  it('should say that a shard stalls while others go on', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    const reader = read({
      stallTimeoutMs: 10_000,
      pipe: (source) =>
        source.pipe(
          filter(({ shardId }) => shardId === shard(1)),
          checkpoint(),
        ),
    });
    put(shard(0), 'dropped');
    for (let second = 0; second < 30; second += 1) {
      put(shard(1), `${second}`);
      clock.pass(1_000);
    }
    expect(reader.error)
      .to.be.instanceOf(StalledError)
      .and.to.include({ shardId: shard(0) });
  });

  it('should go on when the store cannot tell of changes', () => {
    const { clock, put, read, store } = workbench();
    const deaf: CheckpointStore = { ...store, changes: () => throwError(() => new Error('connection lost')) };
    put(shard(0), 'a');
    const reader = read({ checkpoints: deaf });
    clock.pass(2_000);
    expect(reader.delivered).to.deep.equal(['a']);
    expect(reader.diagnostics.filter(({ type }) => type === 'storeFailed')).to.have.length(1);
  });

  it('should take a fetch that failed in the store for weather', () => {
    const { clock, put, read, store } = workbench();
    let failures = 2;
    const flaky: CheckpointStore = {
      ...store,
      leases: (streamName) =>
        failures-- > 0
          ? throwError(() => new TypeError('fetch failed', { cause: new Error('ECONNRESET') }))
          : store.leases(streamName),
    };
    put(shard(0), 'a');
    const reader = read({ checkpoints: flaky });
    clock.pass(5_000);
    expect(reader.delivered).to.deep.equal(['a']);
  });

  it('should end in order when its last records were trimmed while it stood still', () => {
    const { clock, fake, put, read, store } = workbench({ streams: { orders: { retentionHours: 1 } } });
    put(shard(0), 'a');
    const slowly = { leaseDurationMs: 600_000, leaseScanIntervalMs: 600_000, shardSyncIntervalMs: 600_000 };
    const reader = read({ ...slowly, maxInFlightRecords: 1, stallTimeoutMs: Infinity, pipe: (source) => source });
    clock.pass(1_000);
    const [left] = fake.split('orders', shard(0));
    clock.pass(2 * 3_600_000);
    reader.subscription.unsubscribe();
    clock.pass(1_000);
    put(left, 'b');
    const next = read();
    clock.pass(5_000);
    expect(next.error).to.equal(undefined);
    expect(next.delivered).to.deep.equal(['b']);
    expect(checkpointOf(store, left)).not.to.equal('TRIM_HORIZON');
  });

  it('should stop no stream for its name', () => {
    const { clock, fake, read } = workbench({ streams: { 'network-logs': {} } });
    fake.fail({
      operation: 'ListShards',
      error: 'ResourceNotFoundException',
      message: 'Stream network-logs under account 000000000000 not found.',
    });
    const reader = read({ stream: 'network-logs' });
    clock.pass(1_000);
    expect(reader.error).to.be.instanceOf(KinesisServiceError).and.to.include({ kind: 'fatal' });
  });

  it('should fail readiness with the source', async () => {
    const { clock, fake, read } = workbench();
    fake.fail({ operation: 'ListShards', error: 'AccessDeniedException' });
    const reader = read({ pipe: (source) => source });
    const ready = firstValueFrom(reader.source.ready).catch((error: unknown) => error);
    clock.pass(1_000);
    expect(await ready).to.be.instanceOf(KinesisServiceError);
  });
});
