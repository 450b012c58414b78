import { MAX_PARTITION_KEY_LENGTH, MAX_RECORD_BYTES } from '../../aws/limits.ts';
import type { MemberRule, MemberRules } from './checkInput.ts';

const NAME = '[a-zA-Z0-9_.-]+';
const MAX_NAME = 128;
const MAX_ARN = 2048;

export const name: MemberRule = { is: 'String', pattern: NAME, min: 1, max: MAX_NAME };
export const requiredName: MemberRule = { ...name, required: true };
export const shardId = requiredName;
export const hashKey: MemberRule = { is: 'String', pattern: '0|([1-9]\\d{0,38})' };
export const sequenceNumber: MemberRule = { is: 'String', pattern: '0|([1-9]\\d{0,128})' };
export const page: MemberRule = { is: 'Integer', min: 1, max: 10_000 };
export const arn: MemberRule = {
  is: 'String',
  pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+',
  min: 1,
  max: MAX_ARN,
};
export const token: MemberRule = { is: 'String', min: 1, max: 1_048_576 };

/** How nearly every request names its stream. */
export const streamReference: MemberRules = {
  StreamName: name,
  StreamARN: arn,
};

/** One record to put; the stream's own maximum is looked at later. */
export const entry: MemberRules = {
  Data: { is: 'Blob', required: true, max: MAX_RECORD_BYTES },
  ExplicitHashKey: hashKey,
  PartitionKey: { is: 'String', required: true, min: 1, max: MAX_PARTITION_KEY_LENGTH },
};
