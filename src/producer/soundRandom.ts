/**
 * Makes of a user's `random` one that is always a number from 0 to 1: `Math.random` stands in where it throws or returns anything else. It is drawn in the
 * midst of retries and of making keys, where an error would leave records without a result, and one number for all would lead them all to one shard.
 */
export function soundRandom(random: () => number): () => number {
  return () => {
    try {
      const drawn: unknown = random();
      if (typeof drawn === 'number' && drawn >= 0 && drawn <= 1) return drawn;
    } catch {
      // The same as a wrong number.
    }
    return Math.random();
  };
}
