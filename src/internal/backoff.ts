import { checkNames } from './checkNames.ts';
import { checkNumber } from './checkNumber.ts';

/** How long to wait between attempts: `initialMs * 2 ** (attempt - 1)`, capped at `maxMs`, with full jitter. */
export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds. From 1 to 60,000; default 100. */
  readonly initialMs?: number;
  /** Upper bound of any wait, in milliseconds. From `initialMs` to 300,000; default 5,000, or `initialMs` if that is more. */
  readonly maxMs?: number;
}

export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { initialMs: 100, maxMs: 5_000 };

const NAMES: Readonly<Record<keyof BackoffOptions, true>> = { initialMs: true, maxMs: true };

/**
 * Returns the backoff with its defaults in.
 *
 * @throws TypeError or RangeError naming what is wrong of the option
 */
export function checkBackoff(option: string, value: BackoffOptions = {}): Backoff {
  checkNames(value, NAMES, option);
  const { initialMs: initial = DEFAULT_BACKOFF.initialMs } = value;
  const initialMs = checkNumber(`${option}.initialMs`, initial, { min: 1, max: 60_000 });
  const { maxMs = Math.max(initialMs, DEFAULT_BACKOFF.maxMs) } = value;
  return { initialMs, maxMs: checkNumber(`${option}.maxMs`, maxMs, { min: initialMs, max: 300_000 }) };
}

/**
 * The wait before attempt number `attempt + 1`, in milliseconds, never less than 1.
 *
 * Full jitter spreads the attempts of many readers over the whole interval
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param attempt how many attempts have failed, from 1
 * @param random a number in [0, 1); of anything else, as `NaN` from a user's function, the wait is the longest, and never none
 */
export function backoffMs(attempt: number, { initialMs, maxMs }: Backoff, random: number): number {
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(1, Math.ceil(ceiling * (random >= 0 && random <= 1 ? random : 1)));
}
