import { expect } from 'chai';
import { concat, NEVER, of } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

describe('a lingerMs beyond ttlMs', () => {
  for (const [options, sentAt] of [
    [{ lingerMs: 2_000, ttlMs: 1_500 }, 750],
    [{ lingerMs: 60_000 }, 15_000],
    [{ lingerMs: 2_000, ttlMs: 30_000 }, 2_000],
  ] as const) {
    it(`should leave half of its life for a record to be written: ${JSON.stringify(options)}`, () => {
      const clock = new VirtualClock(0);
      const client = new FakeKinesis({ scheduler: clock, latencyMs: 20, streams: { orders: { shards: 1 } } });
      const results: string[] = [];
      concat(of('a'), NEVER)
        .pipe(toKinesis('orders', { client, scheduler: clock, codec: text(), ...options }))
        .subscribe(({ value }) => results.push(`${value} at ${clock.now()}`));
      clock.pass(70_000);
      expect(results).to.deep.equal([`a at ${sentAt + 20}`]);
    });
  }
});
