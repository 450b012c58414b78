import { expect } from 'chai';
import { from } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import { soundRandom } from '../../src/producer/soundRandom.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** What a user's function may do that is not a number from 0 to 1. */
const WRONG: Readonly<Record<string, () => number>> = {
  throws() {
    throw new Error('no dice');
  },
  'returns NaN': () => NaN,
  'returns -1': () => -1,
  'returns a text': () => '0.5' as unknown as number,
};

describe('soundRandom', () => {
  it('should pass on what is a number from 0 to 1', () => {
    for (const number of [0, 0.25, 1]) expect(soundRandom(() => number)()).to.equal(number);
  });

  for (const [name, random] of Object.entries(WRONG)) {
    it(`should be another number each time where the function ${name}`, () => {
      const drawn = Array.from({ length: 20 }, () => soundRandom(random)());
      expect(new Set(drawn).size).to.be.above(1);
      for (const number of drawn) expect(number).to.be.within(0, 1);
    });

    it(`should let a writer go on, to all shards and through retries, where the function ${name}`, () => {
      const clock = new VirtualClock();
      const client = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 2 } } });
      client.failEntries({ times: 2 });
      const shards = new Set<string>();
      let [results, isComplete] = [0, false];
      from(Array.from({ length: 50 }, (_, n) => String(n)))
        .pipe(toKinesis('orders', { client, scheduler: clock, codec: text(), random }))
        .subscribe({
          next: ({ shardId }) => {
            results += 1;
            shards.add(shardId);
          },
          complete: () => (isComplete = true),
        });
      clock.pass(60_000);
      expect([results, shards.size, isComplete]).to.deep.equal([50, 2, true]);
    });
  }
});
