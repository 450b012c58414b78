import { InvalidArgumentError, Option } from 'commander';

/** What an option with a whole number allows. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** An option that takes a whole number; the error for any other value names the option and the range. */
export function integerOption(flags: string, description: string, { min, max, ...range }: IntegerRange): Option {
  const wanted = `an integer from ${count(min)} to ${count(max)}`;
  return new Option(flags, `${description}: ${wanted}`).default(range.default).argParser((given: string) => {
    const value = /^\d+$/.test(given) ? Number(given) : NaN;
    if (!(value >= min && value <= max)) throw new InvalidArgumentError(`It must be ${wanted}.`);
    return value;
  });
}

const count = (value: number) => value.toLocaleString('en-US');
