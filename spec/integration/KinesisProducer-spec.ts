import { expect } from 'chai';
import { decodeAggregate } from '../../src/codec/aggregate/decodeAggregate.ts';
import { text } from '../../src/codec/text.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import type { ProducerOptions } from '../../src/producer/ToKinesisOptions.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';

const RECORDS = 5_000;

/** Connections of this process that keep it running, those of the server not counted, which listens in it. */
const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('KinesisProducer over HTTP', function () {
  this.timeout(60_000);

  for (const options of [{}, { aggregate: true, order: 'partitionKey' }] as ProducerOptions<string>[]) {
    it(`should write each record, and let go of its connections when it is closed: ${JSON.stringify(options)}`, async () => {
      const before = connections();
      const local = await LocalKinesis.start({ seed: 3, streams: { orders: { shards: 4 } }, limits: false });
      local.fake.fail({ operation: 'PutRecords', error: 'InternalFailure', times: 2 });
      local.fake.failEntries({ probability: 0.02 });
      const values = Array.from({ length: RECORDS }, (_, n) => `value-${n}`);
      const own = new KinesisProducer<string>('orders', {
        client: local.clientConfig,
        codec: text(),
        partitionKey: (value) => value.slice(-2),
        shardRecordsPerSecond: Infinity,
        backoff: { initialMs: 10, maxMs: 100 },
        maxBufferedRecords: 1_000,
        ...options,
      });
      const puts = Promise.all(values.map((value) => own.put(value)));
      await own.flush();
      expect((await puts).map(({ value }) => value)).to.deep.equal(values);
      expect(connections()).to.be.above(before);
      await own.close();
      const stored = local.fake
        .records('orders')
        .flatMap(({ data }) => decodeAggregate(data)?.map((user) => user.data) ?? [data]);
      expect(new Set(stored.map((data) => Buffer.from(data).toString()))).to.have.lengthOf(RECORDS);
      for (let round = 0; round < 100 && connections() > before; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(connections()).to.equal(before);
      await local.stop();
    });
  }

  it('should reject, and still close, where nobody listens', async () => {
    const local = await LocalKinesis.start({ streams: { orders: {} } });
    const { clientConfig } = local;
    await local.stop();
    await using producer = new KinesisProducer<string>('orders', { client: clientConfig, codec: text(), ttlMs: 300 });
    const error: unknown = await producer.put('a').catch((reason: unknown) => reason);
    expect(error).to.have.property('name', 'PutFailedError');
  });
});
