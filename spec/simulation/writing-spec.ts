import { expect } from 'chai';
import { writeThroughTroubles } from './writeThroughTroubles.ts';

/** How many seeds are run (SIMULATION_SEEDS), from 1 on; or the one to replay (WRITING_SEED). */
const count = Number(process.env.SIMULATION_SEEDS ?? 500);
const only = process.env.WRITING_SEED;
const BATCH = 50;

describe('toKinesis, in a simulation of everything that goes wrong (pitfalls 36, 39, 42, 43)', () => {
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
});

function hold(seed: number, isLoud = false): void {
  const { violations, options, inputs, stored, aggregates } = writeThroughTroubles(seed);
  if (isLoud) console.log(`${options}\n${inputs} inputs, ${stored} stored, ${aggregates} of them aggregates`);
  if (violations.length === 0) return;
  expect.fail(`WRITING_SEED=${seed} broke a law: ${violations.slice(0, 5).join('; ')}\n${options}`);
}
