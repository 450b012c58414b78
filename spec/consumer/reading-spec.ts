import { expect } from 'chai';
import { concatMap, delay, map, mergeMap, of, timer } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { DecodeError } from '../../src/errors/DecodeError.ts';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { json } from '../../src/codec/json.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import type { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { checkpointOf, shard, textOf, workbench } from './workbench.ts';

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => String(from + i));

describe('fromKinesis, reading', () => {
  it('should drop nothing while a handler takes 30 s (pitfall 1)', () => {
    const { clock, put, read, store } = workbench();
    put(shard(0), ...numbered(5));
    const reader = read({
      pipe: (source) =>
        source.pipe(
          processRecords(() => timer(30_000, clock), { order: 'shard', scheduler: clock }),
          checkpoint({ intervalMs: 1_000 }),
        ),
    });
    clock.pass(45_000);
    const later = put(shard(0), ...numbered(5, 5));
    clock.pass(20_000);
    expect(reader.emitted).to.have.lengthOf(2);
    expect(checkpointOf(store, shard(0))).not.to.equal(later[0]!.sequenceNumber);
    clock.pass(300_000);

    expect(reader.delivered).to.deep.equal(numbered(10));
    expect(reader.emitted).to.have.lengthOf(10);
    expect(checkpointOf(store, shard(0))).to.equal(later.at(-1)!.sequenceNumber);
  });

  it('should read a busy shard at its own pace beside idle ones (pitfall 2)', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 5 } }, latencyMs: 20 });
    put(shard(0), ...numbered(1_000));
    fake.calls.record(10_000);
    const reader = read({ maxRecordsPerCall: 10 });
    clock.pass(30_000);

    expect(reader.delivered).to.have.lengthOf(1_000);
    const seconds = (reader.deliveredAtMs.at(-1)! - reader.deliveredAtMs[0]!) / 1_000;
    expect(seconds).to.be.within(19, 21);
  });

  it('should read the children of a reshard from their first record, from LATEST too (pitfall 3)', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'before');
    const reader = read({ startAt: 'LATEST' });
    clock.pass(100);
    put(shard(0), 'parent');
    fake.split('orders', shard(0));
    put(shard(1), 'left');
    put(shard(2), 'right');
    clock.pass(60_000);

    expect(reader.delivered).to.have.members(['parent', 'left', 'right']);
  });

  it('should start a merged shard when both parents, and a grandchild when all generations, are settled (pitfall 4)', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    put(shard(0), 'p0');
    put(shard(1), 'p1');
    fake.merge('orders', shard(0), shard(1));
    put(shard(2), 'child');
    fake.split('orders', shard(2));
    put(shard(3), 'grandchild');
    const reader = read({
      pipe: (source) =>
        source.pipe(
          processRecords((record) => timer(textOf(record) === 'p1' ? 20_000 : 2_000, clock), {
            order: 'none',
            scheduler: clock,
          }),
          checkpoint(),
        ),
    });
    clock.pass(15_000);
    expect(reader.delivered).to.have.members(['p0', 'p1']);
    clock.pass(6_500);
    expect(reader.delivered.slice(2)).to.deep.equal(['child']);
    clock.pass(10_000);
    expect(reader.delivered.slice(2)).to.deep.equal(['child', 'grandchild']);
  });

  it('should not start a child in one worker while another handles the last batch of the parent (pitfall 5)', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'parent');
    const first = read({
      workerId: 'a',
      pipe: (source) =>
        source.pipe(
          processRecords(() => timer(20_000, clock), { scheduler: clock }),
          checkpoint(),
        ),
    });
    clock.pass(500);
    fake.split('orders', shard(0));
    put(shard(1), 'left');
    put(shard(2), 'right');
    const second = read({ workerId: 'b', handOverTimeoutMs: 60_000 });
    clock.pass(19_000);
    expect(first.delivered).to.deep.equal(['parent']);
    expect(second.delivered).to.deep.equal([]);
    clock.pass(40_000);
    expect(new Set([...first.delivered, ...second.delivered])).to.deep.equal(new Set(['parent', 'left', 'right']));
  });

  it('should store the end of a shard, and not read it again (pitfall 6)', () => {
    const { clock, fake, put, read, store } = workbench();
    put(shard(0), 'last');
    fake.split('orders', shard(0));
    const first = read();
    clock.pass(10_000);
    expect(first.delivered).to.deep.equal(['last']);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    first.subscription.unsubscribe();
    clock.pass(100);
    fake.calls.record();
    const again = read();
    clock.pass(10_000);

    expect(again.delivered).to.deep.equal([]);
    const iterators = fake.calls.recorded.filter(({ operation }) => operation === 'GetShardIterator');
    expect(iterators.map(({ input }) => (input as { ShardId: string }).ShardId)).to.have.members([shard(1), shard(2)]);
  });

  it('should read on when GetShardIterator failed right after the lease was taken (pitfall 7)', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'a');
    fake.fail({ operation: 'GetShardIterator', times: 5 });
    const reader = read();
    clock.pass(10_000);

    expect(reader.delivered).to.deep.equal(['a']);
  });

  it('should go on from the checkpoint when the iterator expires before the first record (pitfall 8)', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'a', 'b');
    const first = read();
    clock.pass(6_000);
    first.subscription.unsubscribe();
    clock.pass(100);
    fake.fail({ operation: 'GetRecords', error: 'ExpiredIteratorException', times: 3 });
    fake.calls.record();
    const again = read({ startAt: 'LATEST' });
    put(shard(0), 'c');
    clock.pass(10_000);

    expect(first.delivered).to.deep.equal(['a', 'b']);
    expect(again.delivered).to.deep.equal(['c']);
    const starts = fake.calls.recorded.filter(({ operation }) => operation === 'GetShardIterator');
    expect(starts.map(({ input }) => (input as { ShardIteratorType: string }).ShardIteratorType)).to.deep.equal(
      Array.from({ length: 4 }, () => 'AT_SEQUENCE_NUMBER'),
    );
  });

  describe('of a poison record (pitfall 9)', () => {
    const poisonous = () => {
      const bench = workbench();
      bench.put(shard(0), '{"n":1}', 'no JSON', '{"n":3}');
      return bench;
    };

    it('should error at once with a typed error that names it', () => {
      const { clock, read } = poisonous();
      const reader = read({ codec: json<Uint8Array>() });
      clock.pass(5_000);

      expect(reader.error)
        .to.be.instanceOf(DecodeError)
        .and.to.include({ shardId: shard(0), streamName: 'orders' });
      expect(clock.pending).to.equal(0);
    });

    it('should skip it, say so and checkpoint past it', () => {
      const { clock, read, store, fake } = poisonous();
      const reader = read({ codec: json<Uint8Array>(), poison: 'skip' });
      clock.pass(10_000);

      expect(reader.emitted).to.have.lengthOf(2);
      expect(reader.diagnostics.filter(({ type }) => type === 'poisoned')).to.have.lengthOf(1);
      expect(checkpointOf(store, shard(0))).to.equal(fake.records('orders').at(-1)!.sequenceNumber);
    });

    it('should hand it to a dead letter, and not checkpoint past it before that is done', () => {
      const { clock, read, store, fake } = poisonous();
      const reader = read({ codec: json<Uint8Array>(), poison: () => timer(20_000, clock) });
      clock.pass(19_000);
      const [first, , third] = fake.records('orders');
      expect(reader.emitted).to.have.lengthOf(2);
      expect(checkpointOf(store, shard(0))).to.equal(first!.sequenceNumber);
      clock.pass(10_000);
      expect(checkpointOf(store, shard(0))).to.equal(third!.sequenceNumber);
    });
  });

  it('should read all of 2,500 shards (pitfall 10)', () => {
    const { clock, fake, read } = workbench({ streams: { orders: { shards: 2_500 } }, limits: false });
    const keys = fake.shards('orders').map(({ HashKeyRange }) => HashKeyRange!.StartingHashKey!);
    fake.put(
      'orders',
      keys.map((explicitHashKey, index) => ({ partitionKey: 'k', data: String(index), explicitHashKey })),
    );
    const reader = read({ pollIntervalMs: 60_000, leaseScanIntervalMs: 60_000, leaseDurationMs: 600_000 });
    clock.passUntil(() => reader.delivered.length >= 2_500, 20_000, 100);

    expect(new Set(reader.delivered).size).to.equal(2_500);
    expect(fake.calls.count('ListShards')).to.be.at.least(3);
    expect(fake.calls.count('DescribeStream')).to.equal(0);
    reader.subscription.unsubscribe();
  });

  for (const [what, end] of [
    ['missing', {}],
    ['null', { NextShardIterator: null }],
  ] as const) {
    it(`should take a NextShardIterator that is ${what} for the end of the shard (pitfall 11)`, () => {
      const { clock, fake, put, read, store } = workbench();
      put(shard(0), 'last');
      fake.split('orders', shard(0));
      put(shard(1), 'child');
      const client = {
        send: (command: Parameters<FakeKinesis['send']>[0]) =>
          fake.send(command).pipe(
            map((output) => {
              const { NextShardIterator: next, ...rest } = output as { NextShardIterator?: string | null };
              return 'MillisBehindLatest' in rest && !next ? { ...rest, ...end } : output;
            }),
          ),
      };
      const reader = read({ client });
      clock.pass(10_000);

      expect(reader.delivered).to.deep.equal(['last', 'child']);
      expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    });
  }

  for (const shardEnd of ['afterRecords', 'withRecords'] as const) {
    it(`should read a shard whose end comes ${shardEnd === 'withRecords' ? 'with' : 'after'} its last records`, () => {
      const { clock, fake, put, read } = workbench({ shardEnd });
      put(shard(0), 'a', 'b');
      fake.split('orders', shard(0));
      put(shard(1), 'c');
      const reader = read();
      clock.pass(10_000);

      expect(reader.delivered).to.deep.equal(['a', 'b', 'c']);
    });
  }

  for (const [operation, error] of [
    ['ListShards', 'AccessDeniedException'],
    ['GetShardIterator', 'AccessDeniedException'],
    ['GetRecords', 'AccessDeniedException'],
    ['GetRecords', 'KMSDisabledException'],
  ] as const) {
    it(`should error at once when ${operation} answers ${error}, with a remedy (pitfall 12)`, () => {
      const { clock, fake, read } = workbench();
      fake.fail({ operation, error });
      const reader = read();
      clock.pass(1_000);

      expect(reader.error).to.be.instanceOf(KinesisServiceError);
      expect(reader.error).to.include({ awsName: error, operation, streamName: 'orders', retryable: false });
      expect((reader.error as Error).message).to.match(/policy|key/);
      expect(fake.calls.count(operation)).to.equal(1);
      expect(clock.pending).to.equal(0);
    });
  }

  it('should error when the stream is deleted under it (pitfall 12)', () => {
    const { clock, fake, read } = workbench();
    const reader = read();
    clock.pass(2_500);
    fake.deleteStream('orders');
    clock.pass(2_000);

    expect(reader.error).to.be.instanceOf(KinesisServiceError).and.to.include({ awsName: 'ResourceNotFoundException' });
    expect(clock.pending).to.equal(0);
  });

  for (const operation of ['ListShards', 'GetShardIterator', 'GetRecords'] as const) {
    for (const error of [
      'ProvisionedThroughputExceededException',
      'LimitExceededException',
      'InternalFailure',
      'ServiceUnavailable',
      'ExpiredIteratorException',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      Object.assign(new Error('timed out'), { name: 'TimeoutError' }),
    ]) {
      const name = typeof error === 'string' ? error : error.message;
      it(`should wait ever longer before ${operation} is tried again after ${name} (pitfall 13)`, () => {
        const { clock, fake, put, read } = workbench();
        put(shard(0), 'a');
        const fault = fake.fail({ operation, error });
        const reader = read();
        clock.pass(60_000);
        expect(fake.calls.count(operation)).to.be.within(20, 40);
        expect(reader.error).to.equal(undefined);

        fault.cancel();
        clock.pass(10_000);
        expect(reader.delivered).to.deep.equal(['a']);
      });
    }
  }

  it('should not call without a pause where answers are empty and claim that more is there (pitfall 13)', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'a');
    fake.emptyAnswers();
    read();
    clock.pass(10_000);

    expect(fake.calls.count('GetRecords')).to.be.within(40, 51);
  });

  it('should read no more than fits, however long the pipeline stands still (pitfall 14)', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    for (const id of [shard(0), shard(1)]) put(id, ...numbered(1_000));
    const reader = read({
      maxInFlightRecords: 100,
      pipe: (source) => source.pipe(processRecords(() => timer(9e8, clock))),
    });
    clock.pass(3_600_000);

    expect(reader.delivered.length).to.be.within(75, 100);
    expect(reader.source.status()[0]!.inFlightRecords).to.equal(reader.delivered.length);
    const calls = fake.calls.count();
    clock.pass(3_600_000);
    expect(fake.calls.count() - calls).to.be.below(500);
  });

  it('should write no checkpoint at delivery, but only once the record is settled (pitfall 15)', () => {
    const { clock, put, read, store } = workbench();
    const [a, b] = put(shard(0), 'a', 'b');
    read({
      pipe: (source) =>
        source.pipe(
          concatMap((record) => of(record).pipe(delay(8_000, clock))),
          checkpoint(),
        ),
    });
    clock.pass(7_900);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    clock.pass(5_500);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
    clock.pass(15_000);
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
  });

  it('should keep the checkpoint behind the slowest of concurrent handlers (pitfall 16)', () => {
    const { clock, put, read, store } = workbench();
    const places = put(shard(0), 'a', 'slow', 'c', 'd');
    const first = read({
      pipe: (source) =>
        source.pipe(
          mergeMap((record) => timer(textOf(record) === 'slow' ? 60_000 : 10, clock).pipe(map(() => record))),
          checkpoint(),
        ),
    });
    clock.pass(30_000);
    expect(first.emitted).to.have.lengthOf(3);
    expect(checkpointOf(store, shard(0))).to.equal(places[0]!.sequenceNumber);
    first.subscription.unsubscribe();
    clock.pass(1_000);
    const second = read();
    clock.pass(5_000);
    expect(second.delivered).to.deep.equal(['slow', 'c', 'd']);
  });

  it('should compare positions as integers (pitfall 17)', () => {
    const { clock, fake, store, read } = workbench();
    const client = shortNumbers(fake);
    fake.put(
      'orders',
      numbered(120).map((data) => ({ partitionKey: 'k', data })),
    );
    const reader = read({ client, maxRecordsPerCall: 30 });
    clock.pass(60_000);

    expect(reader.delivered).to.deep.equal(numbered(120));
    expect(checkpointOf(store, shard(0))).to.equal('119');
  });

  it('should not end for want of records (pitfall 19)', () => {
    const { clock, put, read } = workbench();
    const reader = read();
    clock.pass(1_800_000);
    expect(reader.isComplete).to.equal(false);
    put(shard(0), 'late');
    clock.pass(2_000);
    expect(reader.delivered).to.deep.equal(['late']);
  });

  it('should read a closed shard whose EndingSequenceNumber is below those of its records (pitfall 20)', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'a', 'b');
    fake.split('orders', shard(0));
    put(shard(2), 'c');
    const client = {
      send: (command: Parameters<FakeKinesis['send']>[0]) =>
        fake.send(command).pipe(
          map((output) => {
            for (const each of (output as { Shards?: ReturnType<FakeKinesis['shards']> }).Shards ?? []) {
              if (each.SequenceNumberRange?.EndingSequenceNumber) {
                each.SequenceNumberRange.EndingSequenceNumber = String(2n ** 63n - 1n);
              }
            }
            return output;
          }),
        ),
    };
    const reader = read({ client });
    clock.pass(10_000);

    expect(reader.delivered).to.deep.equal(['a', 'b', 'c']);
  });

  it('should read a stream by its ARN', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'a');
    fake.calls.record();
    const arn = `arn:aws:kinesis:us-east-1:000000000000:stream/orders`;
    const reader = read({ stream: arn });
    clock.pass(2_000);

    expect(reader.delivered).to.deep.equal(['a']);
    expect(reader.source.streamName).to.equal('orders');
    const inputs = fake.calls.recorded.map(({ input }) => (input as { StreamARN?: string }).StreamARN);
    expect(new Set(inputs)).to.deep.equal(new Set([arn]));
  });
});

/** The fake with sequence numbers from 0 on, of as many digits as they need. */
function shortNumbers(fake: FakeKinesis) {
  const long = new Map<string, string>();
  return {
    send: (command: Parameters<FakeKinesis['send']>[0]) => {
      const input = command.input as { StartingSequenceNumber?: string };
      const original = input.StartingSequenceNumber;
      if (original !== undefined) input.StartingSequenceNumber = long.get(original) ?? original;
      return fake.send(command).pipe(
        map((output) => {
          for (const record of (output as { Records?: { SequenceNumber?: string; Data?: Uint8Array }[] }).Records ??
            []) {
            const short = textOf({ data: record.Data! });
            long.set(short, record.SequenceNumber!);
            record.SequenceNumber = short;
          }
          return output;
        }),
      );
    },
  };
}
