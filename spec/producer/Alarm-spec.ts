import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { Alarm } from '../../src/producer/Alarm.ts';

/** When an alarm rings that is set by `set`. */
function rings(set: (alarm: Alarm, scheduler: VirtualTimeScheduler) => void): number[] {
  const scheduler = new VirtualTimeScheduler();
  const at: number[] = [];
  set(new Alarm(scheduler, () => at.push(scheduler.now())), scheduler);
  scheduler.flush();
  return at;
}

describe('Alarm', () => {
  it('should ring once, at the earliest of the times that it was set for', () => {
    const at = rings((alarm) => {
      for (const time of [20, 10, 30]) alarm.setFor(time);
    });
    expect(at).to.deep.equal([10]);
  });

  it('should ring again when it is set again, and at once for a time that is over', () => {
    const at = rings((alarm, scheduler) => {
      alarm.setFor(10);
      scheduler.schedule(() => alarm.setFor(20), 15);
      scheduler.schedule(() => alarm.setFor(5), 25);
    });
    expect(at).to.deep.equal([10, 20, 25]);
  });

  it('should not ring for a time that never comes', () => {
    expect(rings((alarm) => alarm.setFor(Infinity))).to.be.empty;
  });

  it('should not ring once it was cancelled, even when it is set again', () => {
    const at = rings((alarm) => {
      alarm.setFor(10);
      alarm.cancel();
      alarm.setFor(20);
    });
    expect(at).to.be.empty;
  });
});
