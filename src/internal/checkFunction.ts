import type { SchedulerLike } from 'rxjs';
import { describe } from './checkNumber.ts';

/**
 * Returns `value` if it is a function or left out.
 *
 * @throws TypeError naming the option and what was given
 */
export function checkFunction<F>(option: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new TypeError(`${option} must be a function; got ${describe(value)}`);
}

/**
 * Returns `value` if it is a scheduler or left out.
 *
 * @throws TypeError saying what was given
 */
export function checkScheduler(value: SchedulerLike | undefined): SchedulerLike | undefined {
  if (value === undefined) return undefined;
  const { schedule, now } = Object(value) as Partial<Record<keyof SchedulerLike, unknown>>;
  if (typeof schedule === 'function' && typeof now === 'function') return value;
  throw new TypeError(`scheduler must be a SchedulerLike of RxJS; got ${describe(value)}`);
}
