import { hash } from 'node:crypto';
import { MAX_HASH_KEY } from './limits.ts';

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

/** As the API reference of PutRecords writes the pattern of ExplicitHashKey. */
const HASH_KEY = /^(0|[1-9]\d{0,38})$/;

/** Whether Kinesis takes it for an explicit hash key. */
export const isHashKey = (key: unknown): key is string =>
  typeof key === 'string' && HASH_KEY.test(key) && BigInt(key) <= MAX_HASH_KEY;
