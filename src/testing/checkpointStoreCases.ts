import type { CheckpointStore } from '../checkpoint/CheckpointStore.ts';
import { checkNumber } from '../internal/checkNumber.ts';
import { checkpointingCases } from './conformance/checkpointingCases.ts';
import { creatingCases } from './conformance/creatingCases.ts';
import { expiringCases } from './conformance/expiringCases.ts';
import { handOverCases } from './conformance/handOverCases.ts';
import { holdingCases } from './conformance/holdingCases.ts';
import { puttingBackCases } from './conformance/puttingBackCases.ts';
import { removingCases } from './conformance/removingCases.ts';
import { Scene } from './conformance/Scene.ts';
import { separatingCases } from './conformance/separatingCases.ts';
import { takingCases } from './conformance/takingCases.ts';

/** One thing that a store must do. */
export interface StoreCase {
  /** Starts with "should". */
  readonly title: string;
  /** Rejects with an `AssertionError`, or the store's own error, when the store does not do it. */
  readonly run: () => Promise<void>;
}

/** How hard a store is tested. */
export interface CheckpointStoreCasesOptions {
  /** Calls that race for one lease. From 2 to 1,000; default 50. */
  readonly races?: number;
  /** Leases of the largest stream. From 1 to 10,000; default 1,200. */
  readonly leases?: number;
  /**
   * Lets so many milliseconds pass for the store, where a clock can be moved; or fails if the store has set anything to expire by then.
   * Default: none, and then there is no case about expiry.
   */
  readonly passTime?: (ms: number) => void | Promise<void>;
}

/**
 * Lists what every `CheckpointStore` must do, as cases for any test framework.
 *
 * `makeStore` is called several times within a case: with the same application for several workers' clients of it, which share what is stored,
 * and with two applications over one database, which share nothing. Each case uses applications and streams of its own, with names that no other
 * run has, so cases may run at the same time and against a database in use. Nothing is cleaned up: do that afterwards, by the prefix
 * `conformance-` of the applications.
 *
 * @example
 * ```ts
 * const stores = new Map<string, CheckpointStore>();
 * const makeStore = (application: string) => {
 *   const store = stores.get(application) ?? memoryCheckpoints();
 *   stores.set(application, store);
 *   return store;
 * };
 *
 * describe('memoryCheckpoints', () => {
 *   for (const { title, run } of checkpointStoreCases(makeStore)) it(title, run);
 * });
 * ```
 *
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given
 */
export function checkpointStoreCases(
  makeStore: (application: string) => CheckpointStore | Promise<CheckpointStore>,
  options: CheckpointStoreCasesOptions = {},
): readonly StoreCase[] {
  const races = checkNumber('races', options.races ?? 50, { min: 2, max: 1_000 });
  const leases = checkNumber('leases', options.leases ?? 1_200, { min: 1, max: 10_000 });
  const { passTime } = options;
  const cases = {
    ...creatingCases,
    ...separatingCases,
    ...takingCases,
    ...holdingCases,
    ...checkpointingCases,
    ...handOverCases,
    ...removingCases,
    ...puttingBackCases,
    ...(passTime ? expiringCases(passTime) : {}),
  };
  return Object.entries(cases).map(([title, run]) => ({
    title,
    run: () => run(new Scene(makeStore, { races, leases })),
  }));
}
