import { hash } from 'node:crypto';

const HEX_DIGITS = 32;

/** The hash key of a partition key, as 32 hexadecimal digits, which sort as the numbers do. */
export const hashOfPartitionKey = (partitionKey: string): string => hash('md5', partitionKey, 'hex');

/** A hash key as 32 hexadecimal digits. */
export const hashKeyToHex = (hashKey: bigint): string => hashKey.toString(16).padStart(HEX_DIGITS, '0');
