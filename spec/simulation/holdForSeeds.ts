import { expect } from 'chai';

/** What came of one seed. */
export interface Verdict {
  readonly violations: readonly string[];
  /** What the seed made, for whoever looks into a failure. */
  readonly trace: string;
  /** How much of it there was, for whoever replays it. */
  readonly summary: string;
}

const BATCH = 50;

/**
 * Makes specs that run a simulation with the seeds from 1 on, as many as SIMULATION_SEEDS says (500), or with the one to replay, which the variable
 * `replay` names. One that broke a law fails its spec, and says how to replay it.
 */
export function holdForSeeds(replay: string, judge: (seed: number) => Verdict): void {
  const count = Number(process.env.SIMULATION_SEEDS ?? 500);
  const only = process.env[replay];

  const hold = (seed: number, isLoud = false): void => {
    const { violations, trace, summary } = judge(seed);
    if (isLoud) console.log(`${trace}\n${summary}`);
    if (violations.length === 0) return;
    expect.fail(`${replay}=${seed} broke a law: ${violations.slice(0, 5).join('; ')}\n${trace}`);
  };

  if (only !== undefined) {
    it(`should keep its laws with seed ${only}`, () => hold(Number(only), true)).timeout(0);
    return;
  }
  for (let first = 1; first <= count; first += BATCH) {
    const last = Math.min(count, first + BATCH - 1);
    it(`should keep its laws with seeds ${first} to ${last}`, () => {
      for (let seed = first; seed <= last; seed += 1) hold(seed);
    }).timeout(120_000);
  }
}
