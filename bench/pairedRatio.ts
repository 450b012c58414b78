import { median } from './median.ts';

/** Runs for a while, and says how many records a second it did. */
export type Round = () => Promise<number>;

const PAIRS = 7;

/**
 * The median of `ours / bare` over alternating pairs, after one round of each to warm up.
 *
 * Pairs share what the machine is doing at the time, and every other pair is run in the other order, so neither side always goes first.
 */
export async function pairedRatio(bare: Round, ours: Round): Promise<number> {
  await bare();
  await ours();
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const isOursFirst = pair % 2 === 1;
    const first = await (isOursFirst ? ours : bare)();
    const second = await (isOursFirst ? bare : ours)();
    ratios.push(isOursFirst ? first / second : second / first);
    if (process.env.BENCH_VERBOSE) console.error(`${Math.round(first)}/s, ${Math.round(second)}/s`);
  }
  return median(ratios);
}
