/** The closed range of a numeric option. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Fractions are allowed. Default: integers only. */
  readonly fractions?: boolean;
}

/**
 * Returns `value` if it lies in `range`.
 *
 * @throws TypeError when it is no number; RangeError when it lies outside. Both name the option, its range and what was given.
 */
export function checkNumber(option: string, value: unknown, range: NumberRange): number {
  const kind = range.fractions ? 'a number' : 'an integer';
  const wanted = `${option} must be ${kind} from ${String(range.min)} to ${String(range.max)}`;
  if (typeof value !== 'number' || Number.isNaN(value)) throw new TypeError(`${wanted}; got ${describe(value)}`);
  const isWhole = Number.isInteger(value) || value === Infinity;
  if (value < range.min || value > range.max || (!range.fractions && !isWhole)) {
    throw new RangeError(`${wanted}; got ${String(value)}`);
  }
  return value;
}

/** Says what was given, in a form short enough for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
