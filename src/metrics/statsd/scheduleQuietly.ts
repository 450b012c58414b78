import type { SchedulerLike, Subscription } from 'rxjs';

/** Schedules; a timer of Node that comes of it does not keep the process alive. */
export function scheduleQuietly(scheduler: SchedulerLike, work: () => void, delayMs: number): Subscription {
  const action = scheduler.schedule(work, delayMs);
  const { id } = action as { readonly id?: unknown };
  if (isTimer(id)) id.unref();
  return action;
}

/** RxJS' asynchronous actions keep theirs as `id`; those of virtual time have a number there, or nothing. */
const isTimer = (id: unknown): id is { unref(): void } =>
  typeof (id as { readonly unref?: unknown } | undefined)?.unref === 'function';
