import { setImmediate } from 'node:timers';
import { asyncScheduler, type SchedulerLike, type Subscription, type TeardownLogic } from 'rxjs';
import { monotonicScheduler } from '../../internal/monotonicScheduler.ts';

/**
 * Calls `answer` after `ms` on the scheduler, never at once.
 *
 * On the default scheduler in real time a wait of 0 ends with the next turn of the event loop:
 * the timer behind `asyncScheduler` cannot wait for less than 1 ms, and no reader would see more than 1,000 answers a second.
 * Inside `TestScheduler.run` that scheduler is virtual, and so is the wait.
 */
export function answerAfter(ms: number, scheduler: SchedulerLike, answer: () => void): Subscription | TeardownLogic {
  if (ms > 0 || scheduler !== monotonicScheduler || !isRealTime()) return scheduler.schedule(answer, ms);
  const turn = setImmediate(answer);
  return () => clearImmediate(turn);
}

const isRealTime = () => Math.abs(asyncScheduler.now() - performance.timeOrigin - performance.now()) < 60_000;
