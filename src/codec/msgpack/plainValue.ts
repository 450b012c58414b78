import { describe } from '../../internal/checkNumber.ts';
import { namePath } from '../namePath.ts';

/** How deep values may be nested: far less than the stack holds, and what decoding takes. */
export const MAX_DEPTH = 512;
const MAX_UINT32 = 2 ** 32 - 1;
const MIN_INT32 = -(2 ** 31);

/**
 * Copies a value such that msgpackr writes it in plain MessagePack: whole numbers beyond 32 bits become bigints, which it writes as integers and not as floats;
 * an `undefined` field goes; what has a `toJSON` is what that returns.
 *
 * @throws TypeError or RangeError naming what plain MessagePack has no form for, and where in the value it is
 */
export function plainValue(value: unknown, path: PropertyKey[] = []): unknown {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      if (!value.isWellFormed())
        throw new TypeError(`${namePath(path)} must be well-formed Unicode; got a lone surrogate`);
      return value;
    case 'number':
      return Number.isSafeInteger(value) && (value > MAX_UINT32 || value < MIN_INT32) ? BigInt(value) : value;
    case 'bigint':
      if (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value) return value;
      throw new RangeError(`${namePath(path)} must be from -2^63 to 2^64 - 1; got ${String(value)}`);
    case 'object':
      return value && plainObject(value, path);
    default:
      throw unwritable(value, path);
  }
}

function plainObject(value: object, path: PropertyKey[]): unknown {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError(`${namePath(path)} must be a valid Date; got Invalid Date`);
    return value;
  }
  if (path.length >= MAX_DEPTH) throw new RangeError(`value is nested more than ${MAX_DEPTH} deep, or in itself`);
  if (Array.isArray(value)) return Array.from(value, (item: unknown, n) => inside(item, n, path));
  if (value instanceof Map) {
    const entries = [...(value as Map<unknown, unknown>)];
    checkDifferent([...value.keys()].map(String), path);
    return new Map(entries.map(([key, item]) => [plainKey(key, path), inside(item, String(key), path)]));
  }
  if (hasToJSON(value)) return inside(value.toJSON(), 'toJSON()', path);
  if (isBox(value)) return plainValue(value.valueOf(), path);
  if (hasNoFields(value)) throw unwritable(value, path);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [plainKey(key, path), inside(item, key, path)]),
  );
}

function inside(value: unknown, key: PropertyKey, path: PropertyKey[]): unknown {
  path.push(key);
  const plain = plainValue(value, path);
  path.pop();
  return plain;
}

/** A key as other languages read it, and as it comes back: `__proto__` does not. */
function plainKey(key: unknown, path: PropertyKey[]): unknown {
  if (key === '__proto__') throw new TypeError(`${namePath(path)} must have no field __proto__`);
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return plainValue(key, path);
  throw new TypeError(`the keys of ${namePath(path)} must be strings or numbers; got ${describe(key)}`);
}

/** A Map may have both the number 1 and the string "1" as keys, of which an object keeps one. */
function checkDifferent(keys: readonly string[], path: PropertyKey[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.size === seen.add(key).size) {
      throw new TypeError(`the keys of ${namePath(path)} must differ as strings; two are ${describe(key)}`);
    }
  }
}

function hasToJSON(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** A primitive in an object, which JSON too writes as the primitive. */
function isBox(value: object): boolean {
  return [Number, String, Boolean, BigInt].some((each) => value instanceof each);
}

/** Of a class that keeps what it holds elsewhere than in fields. */
function hasNoFields(value: object): boolean {
  const classes = [Set, WeakMap, WeakSet, WeakRef, Promise, RegExp, Error, ArrayBuffer, SharedArrayBuffer];
  if (ArrayBuffer.isView(value) || classes.some((each) => value instanceof each)) return true;
  return Object.keys(value).length === 0 && !isPlain(value);
}

/** Of no class, in whichever realm it was made. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function unwritable(value: unknown, path: PropertyKey[]): TypeError {
  const what = typeof value === 'object' && value !== null ? nameClass(value) : describe(value);
  return new TypeError(`${namePath(path)} must be something plain MessagePack can write; got ${what}`);
}

function nameClass(value: object): string {
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') return tag;
  const { name } = Object(value.constructor) as { readonly name?: string };
  return `an object of ${name ? `class ${name}` : 'a class'}, which has no fields`;
}
