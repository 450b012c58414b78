import { expect } from 'chai';
import { DeliveryClock } from '../../src/consumer/DeliveryClock.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** A clock that counts how often it is asked. */
function setUp() {
  const scheduler = new VirtualClock(0);
  const now = scheduler.now.bind(scheduler);
  const asked = { times: 0 };
  scheduler.now = () => {
    asked.times += 1;
    return now();
  };
  return { scheduler, asked, clock: new DeliveryClock(scheduler) };
}

describe('DeliveryClock', () => {
  it('should look at the clock each time it is asked outside of a delivery', () => {
    const { scheduler, clock } = setUp();
    expect(clock.now()).to.equal(0);
    scheduler.pass(10);
    expect([clock.now(), clock.wallNow()]).to.deep.equal([10, 10]);
  });

  it('should seldom look at it in a delivery that is fast, whatever is asked', () => {
    const { asked, clock } = setUp();
    clock.enter();
    let looks = 0;
    for (let record = 0; record < 1_000; record += 1) {
      if (clock.tick()) looks += 1;
      clock.now();
      clock.wallNow();
    }
    clock.leave();
    expect(looks).to.be.within(100, 150);
    expect(asked.times).to.be.below(4 * looks + 5);
  });

  it('should tell the exact time in a delivery that is slow', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    for (let record = 0; record < 50; record += 1) {
      const isLooking = clock.tick();
      scheduler.pass(5);
      // Until the second look it cannot know.
      if (record < 3) continue;
      expect(isLooking).to.be.true;
      expect([clock.now(), clock.wallNow()]).to.deep.equal([scheduler.frame, scheduler.frame]);
    }
    clock.leave();
  });

  it('should be at most a stride late when a delivery turns slow', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    for (let record = 0; record < 200; record += 1) clock.tick();
    let late = 0;
    for (let record = 0; record < 200; record += 1) {
      clock.tick();
      scheduler.pass(5);
      if (clock.now() !== scheduler.frame) late += 1;
    }
    expect(late).to.be.at.most(8);
  });

  it('should look again after the last of deliveries within deliveries has left', () => {
    const { scheduler, clock } = setUp();
    clock.enter();
    clock.tick();
    clock.enter();
    clock.tick();
    clock.leave();
    clock.leave();
    scheduler.pass(10);
    expect(clock.now()).to.equal(10);
  });
});
