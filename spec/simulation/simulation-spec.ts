import { holdForSeeds } from './holdForSeeds.ts';
import { simulate } from './simulate.ts';

describe('fromKinesis, in a simulation of everything that goes wrong', () => {
  holdForSeeds('SIMULATION_SEED', (seed) => {
    const { violations, trace, written, deliveries } = simulate(seed);
    return { violations, trace, summary: `${written} written, ${deliveries} delivered` };
  });
});
