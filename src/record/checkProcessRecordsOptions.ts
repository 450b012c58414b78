import type { SchedulerLike } from 'rxjs';
import { type Backoff, type BackoffOptions, DEFAULT_BACKOFF } from '../internal/backoff.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import { checkPoisonPolicy } from './disposePoison.ts';
import type { ProcessingOrder } from './Lanes.ts';
import type { PoisonPolicy } from './PoisonPolicy.ts';
import type { ProcessRecordsOptions } from './ProcessRecordsOptions.ts';

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
const DEFAULT_MAX_ATTEMPTS = 5;

const NAMES: Readonly<Record<keyof ProcessRecordsOptions, true>> = {
  concurrency: true,
  order: true,
  retry: true,
  poison: true,
  scheduler: true,
  random: true,
};

/** @throws TypeError or RangeError naming the option that is wrong */
export function checkProcessRecordsOptions(options: ProcessRecordsOptions): ProcessRecordsSettings {
  checkNames(options, NAMES, 'processRecords');
  const { concurrency = 16, order = 'partitionKey', retry, poison = 'fail', scheduler, random } = options;
  if (!ORDERS.includes(order)) {
    throw new TypeError(`order must be 'none', 'partitionKey' or 'shard'; got ${describe(order)}`);
  }
  const { maxAttempts = DEFAULT_MAX_ATTEMPTS, when = always, ...backoff } = retry ?? { maxAttempts: 1 };
  if (typeof when !== 'function') throw new TypeError(`retry.when must be a function; got ${describe(when)}`);
  return {
    concurrency: checkNumber('concurrency', concurrency, { min: 1, max: 100_000 }),
    order,
    maxAttempts: checkNumber('retry.maxAttempts', maxAttempts, { min: 1, max: 1_000 }),
    backoff: checkBackoff(backoff),
    when,
    poison: checkPoisonPolicy(poison),
    scheduler: scheduler ?? monotonicScheduler,
    random: random ?? Math.random,
  };
}

function checkBackoff({ initialMs = DEFAULT_BACKOFF.initialMs, maxMs }: BackoffOptions): Backoff {
  const initial = checkNumber('retry.initialMs', initialMs, { min: 1, max: 60_000 });
  const cap = maxMs ?? Math.max(initial, DEFAULT_BACKOFF.maxMs);
  return { initialMs: initial, maxMs: checkNumber('retry.maxMs', cap, { min: initial, max: 300_000 }) };
}

const always = () => true;
