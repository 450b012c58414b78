import { InvalidArgumentError } from 'commander';

/** The streams asked for so far, by name. */
export type Streams = Readonly<Record<string, { readonly shards: number }>>;

const WANTED =
  'It must be NAME or NAME:SHARDS: 1 to 128 letters, digits, _, . or -, and an integer from 1 to 10,000 (default 1).';
const MAX_SHARDS = 10_000;

/** Reads `orders:4`, and adds it to those before it. */
export function parseStream(given: string, before: Streams = {}): Streams {
  const [, name, shards = '1'] = /^([a-zA-Z0-9_.-]{1,128})(?::(\d+))?$/.exec(given) ?? [];
  if (name === undefined || Number(shards) < 1 || Number(shards) > MAX_SHARDS) throw new InvalidArgumentError(WANTED);
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`Stream ${name} is given twice.`);
  return { ...before, [name]: { shards: Number(shards) } };
}
