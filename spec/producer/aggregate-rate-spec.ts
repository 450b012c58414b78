import { expect } from 'chai';
import { Entry } from '../../src/producer/Entry.ts';
import { from } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { FixedShards } from './FixedShards.ts';

describe('aggregates and the bytes of a shard (pitfall 36)', () => {
  it('should not let an aggregate go of which the share has room for the first record only', () => {
    const map = new FixedShards();
    map.set({ only: 0 });
    // A bucket of 20,971 bytes: two aggregates of 10,000 fit, and of the third only the first record.
    const queues = map.queues<string>(new VirtualClock(0), { aggregate: { maxBytes: 10_240 } });
    for (let n = 0; n < 300; n += 1)
      queues.push(new Entry(`${n}`, Buffer.alloc(97), 'key', FixedShards.key(0).toString(), 100, 0));
    queues.flush();
    const sent = queues.take()!.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(sent).to.be.at.most(20_971);
  });

  for (const maxBytes of [5_120, 10_240, 20_480]) {
    it(`should have no second with 2 % more than its share, of aggregates of ${maxBytes} bytes`, () => {
      const clock = new VirtualClock();
      const fake = new FakeKinesis({ scheduler: clock, streams: { orders: {} }, latencyMs: 5, limits: false });
      from(Array.from({ length: 40_000 }, (_, n) => `v${n}-`.padEnd(100, '.')))
        .pipe(toKinesis('orders', { client: fake, scheduler: clock, codec: text(), aggregate: { maxBytes } }))
        .subscribe();
      clock.pass(8_000);
      const stored = fake.records('orders').map(({ approximateArrivalTimestamp, data, partitionKey }) => ({
        ms: approximateArrivalTimestamp.getTime(),
        bytes: data.byteLength + Buffer.byteLength(partitionKey),
      }));
      const most = Math.max(
        ...stored.map(({ ms }) =>
          stored.reduce((sum, each) => sum + (each.ms <= ms && each.ms > ms - 1_000 ? each.bytes : 0), 0),
        ),
      );
      expect(most / 2 ** 20).to.be.at.most(1.02);
    });
  }
});
