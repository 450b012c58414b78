import { describe } from '../internal/checkNumber.ts';

/**
 * Writes a value as JSON.
 *
 * @param name how errors name the value
 * @throws TypeError when JSON has no text for it, naming it
 */
export function writeJson(value: unknown, name: string): string {
  const wanted = `${name} must be something JSON can write`;
  let written: string | undefined;
  try {
    written = stringify(value);
  } catch (cause) {
    throw new TypeError(`${wanted}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (written === undefined) throw new TypeError(`${wanted}; got ${describe(value)}`);
  return written;
}

/** With the type that it has: what JSON has no text for gives `undefined`. */
const stringify: (value: unknown) => string | undefined = JSON.stringify;
