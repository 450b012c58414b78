/**
 * What the service writes into a sequence number, as it can be read off the real ones: 47 hexadecimal digits, from the left
 * `2`, the second the shard was created (9), the shard's index (1), a counter (16), `00`, the second of arrival (9), the shard's index (8), `2`.
 *
 * Within a shard they rise with the counter, and a child's are above its parent's because its creation is later.
 */
export interface SequenceParts {
  readonly createdSecond: number;
  readonly shardIndex: number;
  readonly counter: number;
}

/** Every sequence number has so many: its first hexadecimal digit is the same in all, and so is their number. */
export const SEQUENCE_DIGITS = 56;

const VERSION = 2n;
const TOP_SHIFT = 184n;
const CREATED_SHIFT = 148n;
const NIBBLE_SHIFT = 144n;
export const COUNTER_SHIFT = 80n;
const SECOND_SHIFT = 36n;
const INDEX_SHIFT = 4n;
const LAST_COUNTER = 0x7fff_ffff_ffff_ffffn;
const CANONICAL = /^[1-9]\d{0,128}$/;

/** The part of a shard's sequence numbers that is the same in all of them. */
export function sequenceBase(createdSecond: number, shardIndex: number): bigint {
  const index = BigInt(shardIndex);
  return (
    (VERSION << TOP_SHIFT) |
    (BigInt(createdSecond) << CREATED_SHIFT) |
    ((index & 15n) << NIBBLE_SHIFT) |
    (index << INDEX_SHIFT) |
    VERSION
  );
}

/** The sequence number of the `counter`-th position in a shard, at second `second`. */
export function sequenceNumber(base: bigint, counter: number, second: number): string {
  return (base + (BigInt(counter) << COUNTER_SHIFT) + (BigInt(second) << SECOND_SHIFT)).toString();
}

/** The EndingSequenceNumber of a shard that was closed at second `second`: above all its records, below its children's. */
export function endingSequenceNumber(base: bigint, second: number): string {
  return (base + (LAST_COUNTER << COUNTER_SHIFT) + (BigInt(second) << SECOND_SHIFT)).toString();
}

/** Reads a sequence number back; undefined when the service could not have written it. */
export function parseSequenceNumber(digits: string): SequenceParts | undefined {
  if (!CANONICAL.test(digits)) return undefined;
  const value = BigInt(digits);
  if (value >> TOP_SHIFT !== VERSION || (value & 15n) !== VERSION) return undefined;
  const shardIndex = Number((value >> INDEX_SHIFT) & 0xffff_ffffn);
  if (BigInt(shardIndex & 15) !== ((value >> NIBBLE_SHIFT) & 15n)) return undefined;
  return {
    createdSecond: Number((value >> CREATED_SHIFT) & 0xf_ffff_ffffn),
    shardIndex,
    counter: Number((value >> COUNTER_SHIFT) & 0xffff_ffff_ffff_ffffn),
  };
}
