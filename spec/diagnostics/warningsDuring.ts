import { setImmediate } from 'node:timers/promises';

/** The process warnings that `act` causes: they are emitted in the next tick. */
export async function warningsDuring(act: () => void): Promise<Error[]> {
  const warnings: Error[] = [];
  const listen = (warning: Error) => void warnings.push(warning);
  process.on('warning', listen);
  try {
    act();
    await setImmediate();
  } finally {
    process.off('warning', listen);
  }
  return warnings;
}
