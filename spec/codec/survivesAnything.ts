import { expect } from 'chai';
import fc from 'fast-check';
import type { Codec } from '../../src/codec/Codec.ts';
import { context } from './context.ts';

/**
 * Lets a codec decode random bytes, and what random fragments of its format make: it returns or throws an Error. A decode without end, or without
 * a bound to its memory, is the runner's time limit or its death.
 */
export function survivesAnything(codec: Codec<unknown>, fragments: readonly (string | Uint8Array)[]): void {
  const parts = fragments.map((fragment) => Buffer.from(fragment as Uint8Array));
  const pieced = fc.array(fc.oneof(fc.constantFrom(...parts), fc.uint8Array({ maxLength: 3 })), { maxLength: 30 });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    pieced.map((chosen) => Buffer.concat(chosen)),
  );
  fc.assert(
    fc.property(bytes, (data) => {
      let failure: unknown;
      try {
        codec.decode(data, context);
      } catch (error) {
        failure = error;
      }
      if (failure !== undefined) expect(failure).to.be.an.instanceOf(Error);
    }),
    { numRuns: 1_000 },
  );
}
