import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { json } from '../../src/codec/json.ts';
import { text } from '../../src/codec/text.ts';
import { EncodeError } from '../../src/errors/EncodeError.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import type { ProducerOptions } from '../../src/producer/ToKinesisOptions.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

function start(options: ProducerOptions<string> = {}) {
  const clock = new VirtualClock();
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 2 } } });
  const producer = new KinesisProducer<string>('orders', { client: fake, codec: text(), scheduler: clock, ...options });
  const pass = async (ms: number) => {
    clock.pass(ms);
    await settle();
  };
  return { clock, fake, producer, pass };
}

/** What became of promises so far. */
function watch(promises: readonly Promise<unknown>[]): string[] {
  const fates = promises.map(() => 'open');
  promises.forEach((promise, index) => {
    promise.then(
      () => (fates[index] = 'done'),
      (error: unknown) => (fates[index] = (error as Error).name),
    );
  });
  return fates;
}

describe('KinesisProducer', () => {
  it('should write each value and resolve with its own result', async () => {
    const { fake, producer, pass } = start();
    const puts = ['a', 'b', 'c'].map((value) => producer.put(value));
    await pass(200);
    const results = await Promise.all(puts);
    expect(results.map(({ value, attempts }) => `${value}${attempts}`)).to.deep.equal(['a1', 'b1', 'c1']);
    expect(fake.countRecords('orders')).to.equal(3);
  });

  it('should wait while its buffer is full, in the order of the calls (pitfall 40)', async () => {
    const queued: number[] = [];
    const { fake, producer, pass } = start({
      maxBufferedRecords: 2,
      onDiagnostic: (event) => event.type === 'queued' && queued.push(event.records),
    });
    const done: string[] = [];
    const puts = Array.from('abcdef', (value) => producer.put(value).then((result) => done.push(result.value)));
    await pass(99);
    expect(done.join('')).to.equal('abcd');
    await pass(1_000);
    expect(Math.max(...queued)).to.equal(2);
    await Promise.all(puts);
    expect(done.join('')).to.equal('abcdef');
    expect(fake.countRecords('orders')).to.equal(6);
  });

  it('should not let those that fill its buffer wait for company that cannot come', async () => {
    const { producer, pass } = start({ maxBufferedRecords: 3, lingerMs: 20_000 });
    const fates = watch(Array.from('abcdefgh', (value) => producer.put(value)));
    await pass(1_000);
    expect(fates.filter((fate) => fate === 'done')).to.have.lengthOf(6);
    await pass(20_000);
    expect(fates).to.deep.equal(Array(8).fill('done'));
  });

  it('should call codec and key function once for each value, however long it waits for room', async () => {
    const keys: string[] = [];
    const partitionKey = (value: string) => keys[keys.push(value) - 1] ?? '';
    const { producer, pass } = start({ maxBufferedRecords: 2, partitionKey });
    const puts = Array.from('abcdefgh', (value) => producer.put(value));
    await pass(2_000);
    await Promise.all(puts);
    expect(keys.join('')).to.equal('abcdefgh');
  });

  it('should count the wait for room as part of ttlMs, so that closing ends in time', async () => {
    const { fake, producer, pass } = start({ maxBufferedRecords: 2, ttlMs: 5_000 });
    fake.throttle({ stream: 'orders', forMs: 60_000 });
    const fates = watch(Array.from('abcdefgh', (value) => producer.put(value)));
    const [closed] = [watch([producer.close()])];
    await pass(4_900);
    expect([fates[0], closed[0]]).to.deep.equal(['open', 'open']);
    for (let round = 0; round < 10; round += 1) await pass(30);
    expect(fates).to.deep.equal(Array(8).fill(PutFailedError.name));
    expect(closed).to.deep.equal(['done']);
  });

  it('should leave a rejection to the caller: one that nobody handles is not silent', async () => {
    const { producer, pass } = start();
    const unhandled: unknown[] = [];
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (error) => unhandled.push(error));
    try {
      void producer.put(5 as unknown as string);
      await Promise.all([producer.close(), pass(100)]);
      await settle();
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of before) process.on('unhandledRejection', listener);
    }
    expect(unhandled.map((error) => (error as Error).name)).to.deep.equal([EncodeError.name]);
  });

  it('should flush what was put before, and not wait for what comes later (pitfall 44)', async () => {
    const { producer, pass } = start({ lingerMs: 60_000, maxBufferedRecords: 2 });
    const before = watch(Array.from('abcde', (value) => producer.put(value)));
    const flushed = producer.flush();
    const [fate] = [watch([flushed])];
    for (let round = 0; round < 20; round += 1) await pass(10);
    expect(before).to.deep.equal(Array(5).fill('done'));
    expect(fate).to.deep.equal(['done']);
    const later = watch([producer.put('later')]);
    await pass(1_000);
    expect(later).to.deep.equal(['open']);
  });

  it('should reject what failed for good, and go on with the others', async () => {
    const { fake, producer, pass } = start({ maxAttempts: 1 });
    fake.fail({ operation: 'PutRecords', times: 1, error: 'InternalFailure' });
    const first = watch([producer.put('a'), producer.put(5 as unknown as string)]);
    await pass(200);
    expect(first).to.deep.equal([PutFailedError.name, EncodeError.name]);
    const second = producer.put('b');
    await pass(200);
    expect((await second).value).to.equal('b');
  });

  it('should write what was put when it is closed, take no more, and close once', async () => {
    const { fake, producer, pass } = start({ lingerMs: 60_000, maxBufferedRecords: 1 });
    const puts = watch([producer.put('a'), producer.put('b')]);
    const closed = producer.close();
    expect(producer.close()).to.equal(closed);
    const late = producer.put('late').catch((error: unknown) => error as Error);
    expect(await late).to.be.instanceOf(KinesisStreamError);
    expect(await late)
      .to.have.property('message')
      .that.includes('stream orders was closed');
    for (let round = 0; round < 5; round += 1) await pass(10);
    await closed;
    expect(puts).to.deep.equal(['done', 'done']);
    expect(fake.countRecords('orders')).to.equal(2);
  });

  it('should come to an end though nobody answers', async () => {
    const { producer, pass } = start({ client: { send: () => NEVER }, ttlMs: 1_000, requestTimeoutMs: 500 });
    const puts = watch([producer.put('a')]);
    const closed = watch([producer.close()]);
    for (let round = 0; round < 10; round += 1) await pass(1_000);
    expect(puts).to.deep.equal([PutFailedError.name]);
    expect(closed).to.deep.equal(['done']);
  });

  it('should reject everything when the stream cannot be made', async () => {
    const clock = new VirtualClock();
    const denied = new FakeKinesis({ scheduler: clock });
    denied.fail({ operation: 'DescribeStreamSummary', error: 'AccessDeniedException' });
    const { producer } = start({
      client: denied,
      createStream: { shards: 1 },
      maxBufferedRecords: 1,
      scheduler: clock,
    });
    const puts = watch([producer.put('a'), producer.put('b')]);
    clock.pass(10_000);
    await settle();
    expect(puts).to.deep.equal(['KinesisServiceError', 'KinesisServiceError']);
    const late = watch([producer.put('c')]);
    await producer.close();
    expect(late).to.deep.equal(['KinesisServiceError']);
  });

  it('should make the stream, and let records wait until it is there', async () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock });
    const options = { client: fake, codec: text(), scheduler: clock, ttlMs: 500, createStream: { shards: 3 } };
    const producer = new KinesisProducer<string>('fresh', options);
    const puts = watch([producer.put('a')]);
    for (let round = 0; round < 70; round += 1) {
      clock.pass(1_000);
      await settle();
    }
    expect(puts).to.deep.equal(['done']);
    expect(fake.countRecords('fresh')).to.equal(1);
  });

  it('should tell why the stream is not ready yet', async () => {
    const events: string[] = [];
    const { clock, fake, pass } = start();
    fake.fail({ operation: 'DescribeStreamSummary', error: 'InternalFailure', times: 2 });
    const producer = new KinesisProducer<string>('orders', {
      client: fake,
      scheduler: clock,
      codec: text(),
      createStream: { shards: 1 },
      onDiagnostic: (event) => event.type === 'prepareFailed' && events.push(`${event.error.name} ${event.attempt}`),
    });
    const put = producer.put('a');
    for (let round = 0; round < 20; round += 1) await pass(100);
    expect((await put).attempts).to.equal(1);
    expect(events).to.deep.equal(['KinesisServiceError 1', 'KinesisServiceError 2']);
  });

  it('should refuse options that are wrong, or those of the operator', () => {
    const make = (options: object) => () => new KinesisProducer('orders', options);
    expect(make({ flush: NEVER })).to.throw(TypeError, 'KinesisProducer has no option "flush"');
    expect(make({ order: 'shard' })).to.throw(TypeError, `order must be 'none' or 'partitionKey'; got "shard"`);
    expect(make({ aggregate: 1 })).to.throw(TypeError, 'aggregate must be true, false or');
    expect(make({ aggregate: { maxBytes: 1 } })).to.throw(
      RangeError,
      'aggregate.maxBytes must be an integer from 1024',
    );
    expect(make({ shardRecordsPerSecond: 0 })).to.throw(RangeError, 'shardRecordsPerSecond');
    expect(make({ createStream: {} })).to.throw(TypeError, 'createStream must be');
  });

  it('should take what its codec writes, or what the class says', async () => {
    interface Order {
      readonly id: string;
    }
    const { clock, fake, pass } = start();
    const common = { client: fake, scheduler: clock };
    const lines = new KinesisProducer('orders', { ...common, codec: text() });
    const orders = new KinesisProducer('orders', { ...common, codec: json<Order>(), partitionKey: ({ id }) => id });
    const copies = new KinesisProducer<KinesisRecord<Order>>('orders', { ...common, codec: json() });
    const anything = new KinesisProducer('orders', { ...common, codec: json() });
    const plain = new KinesisProducer('orders', common);
    const outcomes = Promise.allSettled([
      lines.put('a'),
      orders.put({ id: 'b' }),
      copies.put(recordFactory()({ id: 'c' })),
      anything.put(['d']),
      plain.put(Buffer.from('e')),
      // @ts-expect-error its codec writes strings
      lines.put(5),
      // @ts-expect-error its codec writes orders
      orders.put('f'),
      // @ts-expect-error without a codec it takes bytes
      plain.put('g'),
    ]);
    expect(() => {
      // @ts-expect-error the codec writes what the class does not say
      new KinesisProducer<Order>('orders', { ...common, codec: text() });
      // @ts-expect-error the data of records is written, not the records
      new KinesisProducer<KinesisRecord<Order>>('orders', { ...common, codec: json<KinesisRecord<Order>>() });
    }).not.to.throw();
    await pass(1_000);
    expect((await outcomes).map(({ status }) => status)).to.deep.equal([
      ...Array.from({ length: 5 }, () => 'fulfilled'),
      ...Array.from({ length: 3 }, () => 'rejected'),
    ]);
    const written = fake.records('orders').map(({ data }) => Buffer.from(data).toString());
    expect(written).to.have.members(['a', '{"id":"b"}', '{"id":"c"}', '["d"]', 'e']);
  });
});
