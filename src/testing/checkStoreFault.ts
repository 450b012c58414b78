import { checkScheduler } from '../internal/checkFunction.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import type { StoreFault, StoreMethod } from './faultyCheckpoints.ts';

const MAX_DELAY_MS = 3_600_000;
const EFFECTS: Readonly<Record<StoreFault['effect'], true>> = { fail: true, loseReply: true, hang: true, delay: true };
const METHODS: Readonly<Record<StoreMethod, true>> = {
  leases: true,
  create: true,
  take: true,
  renew: true,
  checkpoint: true,
  requestHandOver: true,
  release: true,
  remove: true,
  putBack: true,
};
const NAMES: Readonly<Record<keyof StoreFault, true>> = {
  effect: true,
  method: true,
  shard: true,
  times: true,
  after: true,
  error: true,
  ms: true,
  scheduler: true,
};

/** @throws TypeError or RangeError naming what is wrong with the fault */
export function checkStoreFault(fault: StoreFault): void {
  checkNames(fault, NAMES, 'a fault of faultyCheckpoints');
  const { effect, method, shard, times, after, ms, scheduler } = fault;
  checkOneOf('effect', effect, EFFECTS);
  for (const name of method === undefined ? [] : [method].flat()) checkOneOf('method', name, METHODS);
  if (shard !== undefined && typeof (shard as unknown) !== 'string') {
    throw new TypeError(`shard must be a shard's id; got ${describe(shard)}`);
  }
  const max = Number.MAX_SAFE_INTEGER;
  if (times !== undefined) checkNumber('times', times, { min: 1, max });
  if (after !== undefined) checkNumber('after', after, { min: 0, max });
  if (ms !== undefined) checkNumber('ms', ms, { min: 0, max: MAX_DELAY_MS });
  checkScheduler(scheduler);
}

function checkOneOf(option: string, value: string, known: Readonly<Record<string, true>>): void {
  if (typeof (value as unknown) === 'string' && Object.hasOwn(known, value)) return;
  throw new RangeError(`${option} must be one of ${Object.keys(known).join(', ')}; got ${describe(value)}`);
}
