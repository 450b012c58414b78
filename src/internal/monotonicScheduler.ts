import { asyncScheduler, type SchedulerLike } from 'rxjs';

/**
 * The default scheduler: `asyncScheduler` with a clock that never steps back or jumps.
 *
 * `asyncScheduler.now()` is the wall clock, which NTP and suspended machines move; leases and deadlines must not follow it.
 * Inside `TestScheduler.run` `asyncScheduler` is virtual, clock included, and then so is this one.
 */
export const monotonicScheduler: SchedulerLike = {
  now() {
    const now = asyncScheduler.now();
    // eslint-disable-next-line no-restricted-properties -- tells whether `now` is the real clock or a virtual one
    const isReal = Math.abs(now - Date.now()) < 1_000;
    return isReal ? performance.timeOrigin + performance.now() : now;
  },
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
};
