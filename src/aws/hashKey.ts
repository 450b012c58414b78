import { hash } from 'node:crypto';

const HEX_DIGITS = 32;

const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, string>();

/** The hash key of a partition key, as 32 hexadecimal digits, which sort as the numbers do. Those seen lately are remembered. */
export function hashOfPartitionKey(partitionKey: string): string {
  let hex = remembered.get(partitionKey);
  if (hex === undefined) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(partitionKey, (hex = hash('md5', partitionKey, 'hex')));
  }
  return hex;
}

/** A hash key as 32 hexadecimal digits. */
export const hashKeyToHex = (hashKey: bigint): string => hashKey.toString(16).padStart(HEX_DIGITS, '0');
