import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { monotonicScheduler } from './monotonicScheduler.ts';

/** The time of day by a scheduler, for what leaves this machine: a monotonic clock keeps the error that it was started with. */
export function wallClockMs(scheduler: SchedulerLike): number {
  return scheduler === monotonicScheduler ? asyncScheduler.now() : scheduler.now();
}
