import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After it a `WeakRef` has what somebody holds, and no more. */
export async function collectGarbage(): Promise<void> {
  // What a WeakRef was made of or has given is held until the turn is over.
  await nextTurn();
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
