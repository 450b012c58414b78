import { holdForSeeds } from './holdForSeeds.ts';
import { writeThroughTroubles } from './writeThroughTroubles.ts';

describe('toKinesis, in a simulation of everything that goes wrong (pitfalls 36, 39, 42, 43)', () => {
  holdForSeeds('WRITING_SEED', (seed) => {
    const { violations, options, inputs, stored, aggregates } = writeThroughTroubles(seed);
    return {
      violations,
      trace: options,
      summary: `${inputs} inputs, ${stored} stored, ${aggregates} of them aggregates`,
    };
  });
});
