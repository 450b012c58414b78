import { asyncScheduler, type SchedulerLike } from 'rxjs';

const ORIGIN = performance.timeOrigin;

const isNear = (one: number, other: number) => Math.abs(one - other) < 1_000;

/**
 * The default scheduler: `asyncScheduler` with a clock that never steps back or jumps.
 *
 * `asyncScheduler.now()` is the wall clock, which NTP and suspended machines move; leases and deadlines must not follow it.
 * Inside `TestScheduler.run` `asyncScheduler` is virtual, clock included, and then so is this one.
 */
export const monotonicScheduler: SchedulerLike = {
  now() {
    const now = asyncScheduler.now();
    const steady = ORIGIN + performance.now();
    // One look less at a clock, as long as nobody has moved the wall clock.
    // eslint-disable-next-line no-restricted-properties -- tells whether `now` is the real clock or a virtual one
    return isNear(now, steady) || isNear(now, Date.now()) ? steady : now;
  },
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
};
