import { expect } from 'chai';
import fc from 'fast-check';
import { DeliveryClock } from '../../src/consumer/DeliveryClock.ts';
import { SettleMeter } from '../../src/consumer/SettleMeter.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** A meter on a clock that goes with the machine's counter, and what it reports. */
function setUp() {
  const scheduler = new VirtualClock(10_000);
  const clock = new DeliveryClock(scheduler, { timeOrigin: 0, now: () => scheduler.now() });
  const events: Extract<Diagnostic, { type: 'settled' }>[] = [];
  const diagnostics = new Diagnostics((event) => {
    if (event.type === 'settled') events.push(event);
  });
  const meter = new SettleMeter('orders', diagnostics, clock);
  /** Settles records, each as it is delivered. */
  const deliver = (
    arrivalsMs: Float64Array,
    indices: Iterable<number>,
    tookMs: number | Readonly<Record<number, number>> = 0,
  ) => {
    clock.enter();
    let last = 0;
    for (const index of indices) {
      last = index;
      clock.tick(index);
      scheduler.pass(typeof tookMs === 'number' ? tookMs : (tookMs[index] ?? 0));
      meter.settled(arrivalsMs, index);
    }
    clock.leave(last);
  };
  const observed = () => events.flatMap(({ endToEnd }) => endToEnd.map(({ ms, records }) => [ms, records]));
  return { scheduler, clock, meter, events, deliver, observed };
}

const arrivals = (count: number, ms: number) => new Float64Array(count).fill(ms);

describe('SettleMeter', () => {
  it('should report how long each record took, whatever the order in which they are settled', () => {
    const { meter, events, deliver, observed } = setUp();
    deliver(Float64Array.of(9_000, 9_500, 8_000, NaN, 9_900, 0), [0, 1, 2, 3, 4, 5]);
    deliver(Float64Array.of(9_000, 9_500, 8_000, NaN, 9_900), [4, 2, 0]);
    meter.flush();
    expect(observed()).to.deep.equal([1_000, 500, 2_000, 100, 10_000, 100, 2_000, 1_000].reduce(streaks, []));
    expect(events.map(({ records }) => records)).to.deep.equal([8]);
  });

  it('should keep counts and sums, whatever the arrivals of records that are settled together', () => {
    const arrival = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, 8_000, 9_999, 10_000, 10_003) },
    );
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 1_200 }), (all) => {
        const { meter, deliver, observed } = setUp();
        deliver(Float64Array.from(all), all.keys());
        meter.flush();
        const known = all.filter((ms) => !Number.isNaN(ms));
        const told = observed().flatMap(([ms = NaN, records]) => new Array<number>(records ?? NaN).fill(ms));
        expect(told).to.have.lengthOf(known.length);
        known.forEach((ms, index) => {
          const tookMs = Math.max(0, 10_000 - ms);
          expect(told[index]).to.be.closeTo(tookMs, tookMs * 0.0101);
        });
      }),
      { examples: [[[10_003, 10_003, 10_003]]] },
    );
  });

  it('should take the time of batches that are worked on when they are full', () => {
    const { scheduler, clock, meter, observed } = setUp();
    const arrivalsMs = arrivals(4_000, 9_990);
    let trueMs = 0;
    clock.enter();
    for (let index = 0; index < 4_000; index += 1) {
      clock.tick(index);
      if (index % 500 < 499) continue;
      scheduler.pass(10);
      for (let each = index - 499; each <= index; each += 1) {
        trueMs += scheduler.now() - 9_990;
        meter.settled(arrivalsMs, each);
      }
    }
    clock.leave(3_999);
    meter.flush();
    expect(observed().reduce((sum, [ms = NaN, records = NaN]) => sum + ms * records, 0)).to.be.closeTo(trueMs, 100);
  });

  it('should take the time at which each was settled, also where one record takes long', () => {
    const { meter, deliver, observed } = setUp();
    deliver(arrivals(4, 9_000), [0, 1, 2, 3], 100);
    meter.flush();
    expect(observed()).to.deep.equal([
      [1_100, 1],
      [1_200, 1],
      [1_300, 1],
      [1_400, 1],
    ]);
  });

  it('should take the time of a record that the clock stood still for, and of one that it did not', () => {
    const { meter, deliver, observed } = setUp();
    deliver(arrivals(4, 9_999), [0, 1, 2, 3], 0.5);
    meter.flush();
    expect(observed()).to.deep.equal([
      [1.5, 1],
      [1, 1],
      [2.5, 1],
      [2, 1],
    ]);
  });

  it('should take the time of a slow record among fast ones, wherever it stands in a batch', () => {
    for (const slow of [1, 498, 499, 500, 999, 1_099]) {
      const { meter, events, deliver, observed } = setUp();
      deliver(arrivals(1_100, 9_000), Array(1_100).keys(), { [slow]: 3_000 });
      meter.flush();
      const before = observed().flatMap(([ms = 0, records = 0]) => (ms < 2_000 ? [records] : []));
      expect(before.reduce((sum, each) => sum + each, 0)).to.equal(slow);
      expect(events.reduce((sum, { records }) => sum + records, 0)).to.equal(1_100);
    }
  });

  it('should tell the records of two answers apart that are settled in turn', () => {
    const { meter, clock, observed } = setUp();
    const given = [arrivals(9, 9_000), arrivals(9, 8_000)] as const;
    clock.enter();
    for (let index = 0; index < 9; index += 1) {
      clock.tick(index);
      meter.settled(given[index < 6 ? 0 : 1], index);
    }
    clock.leave(8);
    meter.flush();
    expect(observed()).to.deep.equal([
      [1_000, 6],
      [2_000, 3],
    ]);
  });

  it('should tell the time of records that are settled outside of a delivery, one after the other', () => {
    const { scheduler, meter, observed } = setUp();
    const given = arrivals(3, 9_000);
    for (const index of [0, 1, 2]) {
      scheduler.pass(500);
      meter.settled(given, index);
    }
    meter.flush();
    expect(observed()).to.deep.equal([
      [1_500, 1],
      [2_000, 1],
      [2_500, 1],
    ]);
  });

  it('should tell two deliveries of the same records at different times apart', () => {
    const { scheduler, meter, deliver, observed } = setUp();
    const given = arrivals(10, 9_000);
    deliver(given, [0, 1, 2]);
    scheduler.pass(1_000);
    deliver(given, [3, 4, 5]);
    meter.flush();
    expect(observed()).to.deep.equal([
      [1_000, 3],
      [2_000, 3],
    ]);
  });

  it('should report as soon as there are 500, and what is left when it is asked', () => {
    const { meter, events, deliver } = setUp();
    deliver(arrivals(1_200, 9_000), Array(1_200).keys());
    expect(events.map(({ records }) => records)).to.deep.equal([500, 500]);
    meter.flush();
    meter.flush();
    expect(events.map(({ records }) => records)).to.deep.equal([500, 500, 200]);
  });

  it('should report 500 that were settled at as many times, too', () => {
    const { events, deliver } = setUp();
    deliver(arrivals(600, 9_000), Array(600).keys(), 2);
    expect(events.map(({ records }) => records)).to.deep.equal([500]);
  });

  it('should report each by itself once it is stopped', () => {
    const { meter, events, deliver } = setUp();
    deliver(arrivals(2, 9_000), [0, 1]);
    meter.stop();
    deliver(arrivals(2, 9_000), [0, 1]);
    expect(events.map(({ records }) => records)).to.deep.equal([2, 1, 1]);
  });
});

/** Equal values in a row as one, and how many they are. */
function streaks(all: number[][], ms: number): number[][] {
  const last = all.at(-1);
  if (last?.[0] !== ms) return [...all, [ms, 1]];
  return [...all.slice(0, -1), [ms, (last[1] ?? 0) + 1]];
}
