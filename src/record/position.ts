/** A place in a shard, totally ordered: by sequence number, then within an aggregate. */
export interface Position {
  /** Decimal digits, as Kinesis gives them. */
  readonly sequenceNumber: string;
  /** The index within an aggregate, from 0; 0 for a record that travels alone. */
  readonly subSequenceNumber: number;
}

/**
 * Compares two sequence numbers as the integers that they are: negative when `a` comes first, 0 when they are equal.
 *
 * They are decimal digits without a sign, so the longer one is the greater.
 */
export function compareSequenceNumbers(a: string, b: string): number {
  const [left, right] = [significant(a), significant(b)];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Compares two positions of one shard: negative when `a` comes first, 0 when they are the same. */
export function comparePositions(a: Position, b: Position): number {
  return compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber) || a.subSequenceNumber - b.subSequenceNumber;
}

const significant = (digits: string) => (digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits);
