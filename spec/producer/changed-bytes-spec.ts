import { expect } from 'chai';
import { Subject } from 'rxjs';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** Gives the bytes to somebody else, as `postMessage` does: they are empty here from now on. */
const transfer = (bytes: Uint8Array<ArrayBuffer>) => void structuredClone(bytes, { transfer: [bytes.buffer] });

function start() {
  const clock = new VirtualClock();
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 2 } } });
  return { clock, fake };
}

describe('bytes that are no longer there when they are to be sent', () => {
  for (const aggregate of [false, true]) {
    it(`should end the stream with an error that says why, ${aggregate ? 'in aggregates' : 'one by one'}`, () => {
      const { clock, fake } = start();
      const source = new Subject<Uint8Array>();
      const seen: { error?: unknown } = {};
      source
        .pipe(toKinesis('orders', { client: fake, scheduler: clock, aggregate }))
        .subscribe({ error: (error: unknown) => (seen.error = error) });
      source.next(Buffer.from('before'));
      clock.pass(1_000);
      const bytes = new Uint8Array(100);
      source.next(bytes);
      for (let n = 0; n < 20; n += 1) source.next(Buffer.from(`value-${n}`));
      transfer(bytes);
      clock.pass(1_000);
      expect(seen.error).to.be.instanceOf(KinesisStreamError);
      expect((seen.error as Error).message).to.include('Leave the bytes that you put as they are');
      expect((seen.error as Error).cause).to.be.instanceOf(TypeError);
      expect(fake.records('orders').every(({ data }) => data.byteLength > 0)).to.be.true;
      expect(clock.pending).to.equal(0);
    });
  }

  it('should reject what a producer was given, and what it is given later', async () => {
    const { clock, fake } = start();
    const producer = new KinesisProducer('orders', { client: fake, scheduler: clock });
    const bytes = new Uint8Array(100);
    const puts = [producer.put(bytes), producer.put(Buffer.from('other'))];
    transfer(bytes);
    clock.pass(2_000);
    puts.push(producer.put(Buffer.from('later')));
    const fates = await Promise.allSettled(puts);
    expect(fates.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    await producer.close();
  });

  it('should not be confused with values that are empty', async () => {
    const { clock, fake } = start();
    const producer = new KinesisProducer('orders', { client: fake, scheduler: clock, partitionKey: () => 'é' });
    const put = producer.put(new Uint8Array(0));
    clock.pass(2_000);
    expect((await put).attempts).to.equal(1);
  });
});
