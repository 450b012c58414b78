import { expect } from 'chai';
import { DeliveryClock } from '../../src/consumer/DeliveryClock.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** A scheduler that counts how often it is asked, on a machine whose counter goes with it unless it is a year behind. */
function setUp(behindMs = 0) {
  const scheduler = new VirtualClock(0);
  const now = scheduler.now.bind(scheduler);
  const asked = { times: 0 };
  scheduler.now = () => {
    asked.times += 1;
    return now();
  };
  const machine = { timeOrigin: -behindMs, now: () => (behindMs > 0 ? 0 : scheduler.frame) };
  return { scheduler, asked, clock: new DeliveryClock(scheduler, machine) };
}

const YEAR_MS = 365 * 24 * 60 * 60_000;

describe('DeliveryClock', () => {
  it('should ask each time outside of a delivery', () => {
    const { scheduler, clock } = setUp();
    expect(clock.now(0)).to.equal(0);
    scheduler.pass(10);
    expect([clock.now(0), clock.wallNow(0)]).to.deep.equal([10, 10]);
  });

  it('should seldom ask in a delivery that is fast, whatever is asked of it', () => {
    const { scheduler, asked, clock } = setUp();
    clock.enter();
    for (let record = 0; record < 10_000; record += 1) {
      clock.tick(record);
      scheduler.pass(0.01);
      clock.now(record);
      clock.wallNow(record);
    }
    clock.leave(9_999);
    expect(asked.times).to.be.below(600);
  });

  it('should tell the exact time in a delivery that is slow, from its first record', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    for (let record = 0; record < 50; record += 1) {
      expect(clock.tick(record)).to.equal(scheduler.frame);
      scheduler.pass(5);
      expect([clock.now(record), clock.wallNow(record)]).to.deep.equal([scheduler.frame, scheduler.frame]);
    }
    clock.leave(49);
  });

  it('should see right after a record that it was slow, however many were fast', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    for (let record = 0; record < 200; record += 1) {
      scheduler.pass(record % 17 === 16 ? 20 : 0.1);
      expect(scheduler.frame - clock.tick(record)).to.be.below(1);
    }
  });

  it('should ask before each record where the time is virtual', () => {
    const { scheduler, clock } = setUp(YEAR_MS);
    clock.enter();
    for (let record = 0; record < 50; record += 1) {
      expect(clock.tick(record)).to.equal(scheduler.frame);
      scheduler.pass(0.5);
    }
  });

  it('should say while the time stands, and be the same for as long as the time is', () => {
    const { scheduler, clock } = setUp();
    const times = new Map<number, Set<number>>();
    const look = (record: number) => {
      const standing = clock.standingAt(record);
      times.set(standing, (times.get(standing) ?? new Set()).add(clock.now(record)));
    };
    for (let delivery = 0; delivery < 3; delivery += 1) {
      clock.enter();
      for (let record = 0; record < 200; record += 1) {
        clock.tick(record);
        scheduler.pass(0.1);
        look(record);
      }
      clock.leave(199);
      expect(clock.standingAt(199)).to.equal(0);
    }
    times.delete(0);
    expect(times.size).to.be.within(30, 90);
    expect([...times.values()].map(({ size }) => size)).to.deep.equal(Array(times.size).fill(1));
  });

  it('should ask again after the last of deliveries within deliveries has left', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    clock.tick(0);
    clock.enter();
    clock.tick(0);
    clock.leave(0);
    clock.leave(0);
    scheduler.pass(10);
    expect(clock.now(0)).to.equal(10);
  });

  it('should tell how long a record was handled that was slow while the time stood, once it is done, the last one too', () => {
    for (const slow of [57, 199]) {
      const { scheduler, clock } = setUp();
      const overruns: number[][] = [];
      const standings: number[] = [];
      clock.enter();
      for (let record = 0; record < 200; record += 1) {
        clock.tick(record);
        const standing = clock.standingAt(record) || NaN;
        standings[record] = standing;
        scheduler.pass(record === slow ? 20 : 0.1);
        // So long it has been until now.
        expect(clock.overrunMs(standing, record)).to.be.closeTo(record === slow ? 20 : 0, 1e-6);
      }
      clock.leave(199);
      for (const [record, standing] of standings.entries()) {
        const ms = clock.overrunMs(standing, record);
        if (ms > 0) overruns.push([record, Math.round(ms)]);
      }
      expect(overruns).to.deep.equal([[slow, 20]]);
    }
  });

  it('should be exact for the 1,000 records after a slow one, and seldom ask then', () => {
    const { scheduler, asked, clock } = setUp();
    let [record, exact] = [0, 0];
    const deliver = (count: number, tookMs: number) => {
      clock.enter();
      for (let each = 0; each < count; each += 1) {
        clock.tick((record += 1));
        scheduler.pass(tookMs);
        if (clock.standingAt(record) === 0) exact += 1;
        expect(clock.now(record)).to.be.closeTo(scheduler.frame, clock.standingAt(record) === 0 ? 1e-6 : 1);
      }
      clock.leave(record);
    };
    deliver(10, 0.001);
    deliver(1, 5);
    exact = 0;
    deliver(500, 0.001);
    deliver(500, 0.001);
    expect(exact).to.equal(1_000);
    deliver(1_000, 0.001);
    expect(exact).to.be.within(1_001, 1_002);
    expect(asked.times).to.be.below(40);
  });

  it('should stand for the record that is handled, and for none that was delivered before', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    for (let record = 0; record < 20; record += 1) clock.tick(record);
    scheduler.pass(10);
    expect([clock.now(18), clock.wallNow(18), clock.standingAt(18)]).to.deep.equal([10, 10, 0]);
    expect([clock.now(19), clock.standingAt(19) > 0]).to.deep.equal([0, true]);
  });

  it('should lay nothing of a delivery within a delivery to a record of the outer one', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    for (const record of [0, 1]) clock.tick(record);
    const standing = clock.standingAt(1);
    clock.enter();
    clock.tick(0);
    clock.leave(0);
    expect(clock.standingAt(1)).to.equal(0);
    scheduler.pass(20);
    clock.leave(1);
    expect([standing > 0, clock.overrunMs(standing, 1)]).to.deep.equal([true, 0]);
  });
});
