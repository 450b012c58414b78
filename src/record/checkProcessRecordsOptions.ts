import type { SchedulerLike } from 'rxjs';
import { type Backoff, checkBackoff } from '../internal/backoff.ts';
import { checkFunction, checkScheduler } from '../internal/checkFunction.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import { checkPoisonPolicy } from './disposePoison.ts';
import type { ProcessingOrder } from './Lanes.ts';
import type { PoisonPolicy } from './PoisonPolicy.ts';
import type { ProcessRecordsOptions, ProcessRetryOptions } from './ProcessRecordsOptions.ts';

/** The options after checking, with nothing left out. */
export interface ProcessRecordsSettings {
  readonly concurrency: number;
  readonly order: ProcessingOrder;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly when: (error: unknown) => boolean;
  readonly poison: PoisonPolicy;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

const ORDERS: readonly ProcessingOrder[] = ['none', 'partitionKey', 'shard'];

const NAMES: Readonly<Record<keyof ProcessRecordsOptions, true>> = {
  concurrency: true,
  order: true,
  retry: true,
  poison: true,
  scheduler: true,
  random: true,
};

const RETRY_NAMES: Readonly<Record<keyof ProcessRetryOptions, true>> = {
  initialMs: true,
  maxMs: true,
  maxAttempts: true,
  when: true,
};

/** @throws TypeError or RangeError naming the option that is wrong */
export function checkProcessRecordsOptions(options: ProcessRecordsOptions): ProcessRecordsSettings {
  checkNames(options, NAMES, 'processRecords');
  const { concurrency = 16, order = 'partitionKey', retry, poison = 'fail', scheduler, random } = options;
  if (!ORDERS.includes(order)) {
    throw new TypeError(`order must be 'none', 'partitionKey' or 'shard'; got ${describe(order)}`);
  }
  return {
    concurrency: checkNumber('concurrency', concurrency, { min: 1, max: 100_000 }),
    order,
    ...checkRetry(retry),
    poison: checkPoisonPolicy(poison),
    scheduler: checkScheduler(scheduler) ?? monotonicScheduler,
    random: checkFunction('random', random) ?? Math.random,
  };
}

function checkRetry(
  retry: ProcessRetryOptions = { maxAttempts: 1 },
): Pick<ProcessRecordsSettings, 'maxAttempts' | 'backoff' | 'when'> {
  checkNames(retry, RETRY_NAMES, 'retry');
  const { maxAttempts = 5, when, ...backoff } = retry;
  return {
    maxAttempts: checkNumber('retry.maxAttempts', maxAttempts, { min: 1, max: 1_000 }),
    backoff: checkBackoff('retry', backoff),
    when: checkFunction('retry.when', when) ?? always,
  };
}

const always = () => true;
