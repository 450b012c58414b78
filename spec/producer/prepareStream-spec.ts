import { expect } from 'chai';
import { streamTarget } from '../../src/aws/streamTarget.ts';
import { checkToKinesisOptions } from '../../src/producer/checkToKinesisOptions.ts';
import { prepareStream } from '../../src/producer/prepareStream.ts';
import type { CreateStreamOptions } from '../../src/producer/ToKinesisOptions.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import type { FakeKinesisOptions } from '../../src/testing/FakeKinesisOptions.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** Prepares the stream `orders` at a fake service, and tells how that ended, and when. */
function start(createStream?: CreateStreamOptions, options: FakeKinesisOptions = {}) {
  const clock = new VirtualClock(0);
  const fake = new FakeKinesis({ scheduler: clock, ...options });
  const told: string[] = [];
  const seen = { told, fate: 'open', error: undefined as Error | undefined, ms: NaN };
  const settings = checkToKinesisOptions({
    scheduler: clock,
    random: () => 0.5,
    ...(createStream && { createStream }),
  });
  const prepare = () =>
    prepareStream(fake, streamTarget('orders'), settings, ({ awsName }, attempt, delayMs) =>
      told.push(`${awsName} ${attempt} ${delayMs}`),
    ).subscribe({
      error: (error: unknown) => Object.assign(seen, { fate: (error as Error).name, error, ms: clock.now() }),
      complete: () => Object.assign(seen, { fate: 'ready', ms: clock.now() }),
    });
  return { clock, fake, seen, prepare };
}

const calls = (fake: FakeKinesis) =>
  ['DescribeStreamSummary', 'CreateStream'].map((operation) => fake.calls.count(operation));

describe('prepareStream', () => {
  it('should be ready at once, and ask nothing, without createStream', () => {
    const { fake, seen, prepare } = start();
    prepare();
    expect(seen.fate).to.equal('ready');
    expect(fake.calls.count()).to.equal(0);
  });

  it('should be ready with one look where the stream is there, and leave it as it is', () => {
    const { clock, fake, seen, prepare } = start({ shards: 7 }, { streams: { orders: { shards: 2 } } });
    prepare();
    clock.pass(0);
    expect(seen.fate).to.equal('ready');
    expect(calls(fake)).to.deep.equal([1, 0]);
    expect(fake.shards('orders')).to.have.lengthOf(2);
  });

  for (const [createStream, shards] of [
    [{ shards: 3 }, 3],
    [{ mode: 'ON_DEMAND' }, 4],
  ] as const) {
    it(`should create it once as ${JSON.stringify(createStream)}, and look every second until it takes records`, () => {
      const { clock, fake, seen, prepare } = start(createStream, { statusMs: 30_000 });
      prepare();
      clock.pass(29_999);
      expect(seen.fate).to.equal('open');
      clock.pass(2_000);
      expect(seen.fate).to.equal('ready');
      expect(seen.ms).to.be.within(30_000, 31_500);
      expect(calls(fake)[1]).to.equal(1);
      expect(calls(fake)[0]).to.be.within(30, 33);
      expect(fake.shards('orders')).to.have.lengthOf(shards);
      expect(clock.pending).to.equal(0);
    });
  }

  it('should not mind that somebody else was faster', () => {
    const { clock, fake, seen, prepare } = start({ shards: 3 });
    fake.fail({ operation: 'CreateStream', error: 'ResourceInUseException', times: 1 });
    prepare();
    clock.pass(500);
    fake.createStream('orders', { shards: 1 });
    clock.pass(1_000);
    expect(seen).to.include({ fate: 'ready' });
    expect(seen.told).to.deep.equal([]);
    expect(fake.shards('orders')).to.have.lengthOf(1);
  });

  it('should be ready for two that prepare it at the same time', () => {
    const { clock, fake, seen, prepare } = start({ shards: 3 }, { statusMs: 5_000, limits: false });
    prepare();
    prepare();
    clock.pass(7_000);
    expect(seen.fate).to.equal('ready');
    expect(fake.shards('orders')).to.have.lengthOf(3);
  });

  for (const operation of ['DescribeStreamSummary', 'CreateStream'] as const) {
    it(`should try again, later each time, what may be cured: ${operation}`, () => {
      const { clock, fake, seen, prepare } = start({ shards: 1 });
      fake.fail({ operation, error: 'InternalFailure', times: 3 });
      prepare();
      clock.pass(10_000);
      expect(seen.fate).to.equal('ready');
      expect(seen.told).to.deep.equal(['InternalFailure 1 50', 'InternalFailure 2 100', 'InternalFailure 3 200']);
    });

    it(`should fail at once with what cannot be cured: ${operation}`, () => {
      const { clock, fake, seen, prepare } = start({ shards: 1 });
      fake.fail({ operation, error: 'AccessDeniedException' });
      prepare();
      clock.pass(100);
      expect(seen.fate).to.equal('KinesisServiceError');
      expect(seen.error).to.include({ awsName: 'AccessDeniedException', streamName: 'orders' });
      expect(clock.pending).to.equal(0);
    });
  }

  it('should fail where the stream is being deleted', () => {
    const { clock, fake, seen, prepare } = start({ shards: 1 }, { streams: { orders: {} }, statusMs: 3_600_000 });
    fake.exchange('DeleteStream', { StreamName: 'orders' });
    prepare();
    clock.pass(100);
    expect(seen.fate).to.equal('KinesisStreamError');
    expect(seen.error?.message).to.include('Stream orders is being deleted').and.include('Wait until it is gone');
  });

  it('should fail after ten minutes, and say what the stream still was', () => {
    const { clock, seen, prepare } = start({ shards: 1 }, { statusMs: 3_600_000 });
    prepare();
    clock.pass(599_000);
    expect(seen.fate).to.equal('open');
    clock.pass(2_000);
    expect(seen.fate).to.equal('KinesisStreamError');
    expect(seen.error?.message).to.include('is still CREATING after 10 minutes');
    expect(clock.pending).to.equal(0);
  });

  it('should fail after ten minutes of failures, with the last of them', () => {
    const { clock, fake, seen, prepare } = start({ shards: 1 });
    fake.fail({ operation: 'DescribeStreamSummary', error: 'InternalFailure' });
    prepare();
    clock.pass(610_000);
    expect(seen.fate).to.equal('KinesisServiceError');
    expect(seen.ms).to.be.within(600_000, 606_000);
  });

  it('should take a stream that is being resharded for one that takes records', () => {
    const { clock, fake, seen, prepare } = start({ shards: 1 }, { streams: { orders: {} }, statusMs: 60_000 });
    fake.exchange('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: String(2n ** 127n),
    });
    prepare();
    clock.pass(100);
    expect(seen.fate).to.equal('ready');
  });

  it('should leave nothing behind when it is given up', () => {
    const { clock, fake, prepare } = start({ shards: 1 }, { statusMs: 60_000 });
    const preparing = prepare();
    clock.pass(2_500);
    preparing.unsubscribe();
    const before = fake.calls.count();
    expect(clock.pending).to.equal(0);
    clock.pass(60_000);
    expect(fake.calls.count()).to.equal(before);
  });
});
