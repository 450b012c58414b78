import { describe } from './checkNumber.ts';

/**
 * Checks that `options` is an object, and no array or date or the like, of nothing but known options: a misspelt one would else be left out in silence.
 *
 * @param known has every option as a key; the type makes it complete
 * @throws TypeError naming the unknown option and the known ones
 */
export function checkNames<T extends object>(options: T, known: Readonly<Record<keyof T, true>>, where: string): void {
  const kind = Object.prototype.toString.call(options).slice('[object '.length, -1);
  if (kind !== 'Object') {
    const given = describe(options);
    throw new TypeError(
      `the options of ${where} must be an object; got ${given === 'an object' ? `a ${kind}` : given}`,
    );
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new TypeError(`${where} has no option ${describe(unknown)}; it has ${Object.keys(known).sort().join(', ')}`);
}
