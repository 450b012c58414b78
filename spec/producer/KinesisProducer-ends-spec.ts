import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { from, NEVER, of } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { text } from '../../src/codec/text.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import type { ProducerOptions } from '../../src/producer/ToKinesisOptions.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

function start(options: ProducerOptions<string> = {}) {
  const clock = new VirtualClock();
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 2 } }, latencyMs: 20 });
  const producer = new KinesisProducer<string>('orders', { client: fake, codec: text(), scheduler: clock, ...options });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.pass(10);
      await settle();
    }
  };
  return { clock, fake, producer, pass };
}

/** What became of a promise so far. */
function watch(promise: Promise<unknown>): { fate: string } {
  const watched = { fate: 'open' };
  promise.then(
    () => (watched.fate = 'done'),
    (error: unknown) => (watched.fate = (error as Error).name),
  );
  return watched;
}

/** The same, with shards that are known already: what is flushed goes at once, without company that comes later. */
async function startKnown(options: ProducerOptions<string> = {}) {
  const started = start(options);
  const first = started.producer.put('first');
  const flushed = started.producer.flush();
  await started.pass(100);
  await Promise.all([first, flushed]);
  return started;
}

/** Answers each call before it returns. */
const synchronous: KinesisClientLike = {
  send: (command) =>
    command instanceof PutRecordsCommand
      ? of({ Records: (command.input.Records ?? []).map(() => ({ ShardId: 'shardId-0', SequenceNumber: '1' })) })
      : of({ Shards: [] }),
};

describe('KinesisProducer.flush (pitfall 44)', () => {
  it('should not wait for what is put after it was called and before it resolves', async () => {
    const { fake, producer, pass } = await startKnown({ lingerMs: 60_000 });
    const first = watch(producer.put('a'));
    const flushed = watch(producer.flush());
    fake.delay({ operation: 'PutRecords', ms: 5_000 });
    const later = watch(producer.put('b'));
    await pass(10);
    const evenLater = watch(producer.put('c'));
    expect([first, flushed, later, evenLater].map(({ fate }) => fate)).to.deep.equal(Array(4).fill('open'));
    await pass(50);
    expect([first, flushed, later, evenLater].map(({ fate }) => fate)).to.deep.equal(['done', 'done', 'open', 'open']);
    void producer.close();
    await pass(5_100);
    expect([later, evenLater].map(({ fate }) => fate)).to.deep.equal(['done', 'done']);
  });

  it('should resolve though each result brings another put', async () => {
    const { producer, pass, fake } = start({ lingerMs: 0 });
    let isOver = false;
    const putOn = async (): Promise<void> => {
      while (!isOver) await producer.put('again');
    };
    const putting = Promise.all([putOn(), putOn(), putOn()]);
    await pass(100);
    const flushed = watch(producer.flush());
    await pass(60);
    expect(flushed.fate).to.equal('done');
    const before = fake.countRecords('orders');
    await pass(100);
    expect(fake.countRecords('orders')).to.be.above(before);
    isOver = true;
    await pass(100);
    await putting;
    void producer.close();
    await pass(10);
  });

  it('should wait for those that wait for room, and no others of them', async () => {
    const { producer, pass } = start({ lingerMs: 60_000, maxBufferedRecords: 1 });
    const puts = Array.from('abc', (value) => watch(producer.put(value)));
    const flushed = watch(producer.flush());
    const later = Array.from('de', (value) => watch(producer.put(value)));
    await pass(50);
    expect(flushed.fate).to.equal('open');
    await pass(50);
    expect([...puts, flushed].map(({ fate }) => fate)).to.deep.equal(['done', 'done', 'done', 'done']);
    await pass(1_000);
    expect(later.map(({ fate }) => fate)).to.include('open');
    void producer.close();
    await pass(200);
    expect(later.map(({ fate }) => fate)).to.deep.equal(['done', 'done']);
  });

  it('should wait for retries, and resolve also where records fail', async () => {
    const { fake, producer, pass } = start({ lingerMs: 60_000, maxAttempts: 3, random: () => 0.999 });
    fake.fail({ operation: 'PutRecords', error: 'InternalFailure' });
    const put = watch(producer.put('a'));
    const flushed = watch(producer.flush());
    await pass(200);
    expect([put.fate, flushed.fate]).to.deep.equal(['open', 'open']);
    await pass(400);
    expect([put.fate, flushed.fate]).to.deep.equal(['PutFailedError', 'done']);
    void producer.close();
    await pass(10);
  });

  it('should each resolve when what was put before it is written, and at once where that is nothing', async () => {
    const { producer, pass } = await startKnown({ lingerMs: 60_000, maxInFlightRequests: 1 });
    const empty = watch(producer.flush());
    await settle();
    expect(empty.fate).to.equal('done');
    void producer.put('a');
    const first = watch(producer.flush());
    await pass(10);
    void producer.put('b');
    const second = watch(producer.flush());
    await pass(20);
    expect([first.fate, second.fate]).to.deep.equal(['done', 'open']);
    await pass(20);
    expect(second.fate).to.equal('done');
    void producer.close();
    await pass(10);
  });

  it('should resolve, as close does, while the producer is closed', async () => {
    const { producer, pass } = start({ lingerMs: 60_000 });
    const put = watch(producer.put('a'));
    const fates = [producer.flush(), producer.close(), producer.flush(), producer.close()].map(watch);
    expect(fates.map(({ fate }) => fate)).to.deep.equal(Array(4).fill('open'));
    await pass(50);
    expect([put, ...fates].map(({ fate }) => fate)).to.deep.equal(Array(5).fill('done'));
    const afterwards = watch(producer.flush());
    await settle();
    expect(afterwards.fate).to.equal('done');
  });
});

describe('KinesisProducer, when it is closed', () => {
  it('should leave no timer and no request behind', async () => {
    for (const options of [{}, { aggregate: true }, { order: 'partitionKey' }] as ProducerOptions<string>[]) {
      const { clock, fake, producer, pass } = start({ shardRecordsPerSecond: 100, ...options });
      fake.failEntries({ probability: 0.3 });
      const puts = Promise.all(Array.from({ length: 300 }, (_, n) => producer.put(`value-${n}`)));
      const closed = watch(producer.close());
      await pass(6_000);
      await puts;
      expect(closed.fate).to.equal('done');
      expect(clock.pending, JSON.stringify(options)).to.equal(0);
      const calls = fake.calls.count();
      await pass(1_000);
      clock.pass(600_000);
      expect(fake.calls.count()).to.equal(calls);
    }
  });

  it('should abort a listing of shards that nobody answers', async () => {
    let aborts = 0;
    const wrap = (fake: KinesisClientLike): KinesisClientLike => ({
      send: (command, options) => {
        if (command instanceof PutRecordsCommand) return fake.send(command, options);
        options?.abortSignal?.addEventListener('abort', () => (aborts += 1));
        return NEVER;
      },
    });
    const { clock, producer, pass } = start({ client: wrap(synchronous) });
    const put = watch(producer.put('a'));
    const closed = watch(producer.close());
    await pass(1_100);
    expect([put.fate, closed.fate, aborts]).to.deep.equal(['done', 'done', 1]);
    expect(clock.pending).to.equal(0);
  });

  it('should not destroy a client that was given', async () => {
    let destroyed = 0;
    const client = { ...synchronous, destroy: () => (destroyed += 1) };
    const { producer, pass } = start({ client });
    await Promise.all([producer.put('a'), producer.close(), pass(200)]);
    expect(destroyed).to.equal(0);
  });

  it('should destroy a client of its own, once', async () => {
    let destroyed = 0;
    const requestHandler = {
      handle: () => new Promise<never>(() => undefined),
      destroy: () => (destroyed += 1),
      metadata: { handlerProtocol: 'http/1.1' },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    };
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const { producer } = start({ client: { region: 'us-east-1', credentials, requestHandler } as never });
    expect(destroyed).to.equal(0);
    await producer.close();
    await producer.close();
    expect(destroyed).to.equal(1);
  });

  it('should refuse puts from then on, also while it still writes', async () => {
    const { fake, producer, pass } = start({ lingerMs: 60_000 });
    void producer.put('a');
    const closed = producer.close();
    const during = await producer.put('b').catch((error: unknown) => error);
    await Promise.all([closed, pass(50)]);
    const after = await producer.put('c').catch((error: unknown) => error);
    for (const error of [during, after]) expect(error).to.be.instanceOf(KinesisStreamError);
    expect(fake.countRecords('orders')).to.equal(1);
  });

  it('should be closed at the end of its block by await using, with all written', async () => {
    const { clock, fake, producer, pass } = start({ lingerMs: 60_000 });
    const block = async () => {
      await using own = producer;
      void own.put('a');
      void own.put('b');
    };
    const left = watch(block());
    await settle();
    expect([left.fate, fake.countRecords('orders')]).to.deep.equal(['open', 0]);
    await pass(50);
    expect([left.fate, fake.countRecords('orders')]).to.deep.equal(['done', 2]);
    expect(clock.pending).to.equal(0);
    expect(await producer.put('c').catch((error: unknown) => error)).to.be.instanceOf(KinesisStreamError);
  });

  it('should be closed by await using where the block throws', async () => {
    const { fake, producer, pass } = start({ lingerMs: 60_000 });
    const block = async () => {
      await using own = producer;
      void own.put('a');
      throw new RangeError('of the block');
    };
    const left = watch(block());
    await pass(50);
    expect([left.fate, fake.countRecords('orders')]).to.deep.equal(['RangeError', 1]);
  });
});

describe('KinesisProducer, with a client that answers synchronously', () => {
  for (const options of [{}, { order: 'partitionKey' }, { aggregate: true }] as ProducerOptions<string>[]) {
    it(`should give each put its own result: ${JSON.stringify(options)}`, async () => {
      const { clock, producer } = start({
        client: synchronous,
        lingerMs: 0,
        maxBatchRecords: 1,
        maxBufferedRecords: 2,
        partitionKey: (value) => value.slice(0, 1),
        ...options,
      });
      const values = Array.from({ length: 2_000 }, (_, n) => `${n}`);
      const puts = Promise.all(values.map((value) => producer.put(value)));
      const flushed = watch(producer.flush());
      clock.pass(0);
      const results = await puts;
      expect(results.map(({ value }) => value)).to.deep.equal(values);
      await settle();
      expect(flushed.fate).to.equal('done');
      await producer.close();
      expect(clock.pending).to.equal(0);
    });
  }

  it('should settle what is put from within a result', async () => {
    const { clock, producer } = start({ client: synchronous, lingerMs: 0, maxBatchRecords: 1 });
    const values: string[] = [];
    const puts = from(['a', 'b', 'c']).forEach((value) => {
      void producer
        .put(value)
        .then((result) => {
          values.push(result.value);
          return producer.put(`${value}${value}`);
        })
        .then((result) => values.push(result.value));
    });
    await puts;
    for (let round = 0; round < 5; round += 1) {
      clock.pass(1);
      await settle();
    }
    expect(values).to.have.members(['a', 'b', 'c', 'aa', 'bb', 'cc']);
    await producer.close();
  });
});
