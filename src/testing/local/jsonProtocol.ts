import { ReadAnswer } from '../fake/ReadAnswer.ts';
import { serviceError } from '../fake/serviceError.ts';

export const JSON_1_1 = 'application/x-amz-json-1.1';

/** Reads the body of a request; blobs become bytes, timestamps stay seconds. */
export function decodeInput(body: Buffer): object {
  const input = parse(body);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw serviceError('SerializationException', 'Start of structure expected at the top of the request.');
  }
  const members = input as { Data?: unknown; Records?: unknown };
  if (typeof members.Data === 'string') members.Data = decodeBlob(members.Data);
  if (!Array.isArray(members.Records)) return members;
  for (const entry of members.Records as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const record = entry as { Data?: unknown };
    if (typeof record.Data === 'string') record.Data = decodeBlob(record.Data);
  }
  return members;
}

/** Writes an answer's body; empty where the operation answers nothing. */
export function encodeOutput(output: object): string {
  if (output instanceof ReadAnswer) return encodeRead(output);
  for (const _ in output) return JSON.stringify(withSeconds(output));
  return '';
}

/** Writes an error's body. */
export const encodeError = (name: string, message: string): string => JSON.stringify({ __type: name, message });

function encodeRead(answer: ReadAnswer): string {
  const { nextShardIterator, millisBehindLatest, childShards } = answer;
  const next = nextShardIterator === undefined ? '' : `"NextShardIterator":"${nextShardIterator}",`;
  const children = childShards ? `"ChildShards":${JSON.stringify(childShards)},` : '';
  return `{${next}${children}"MillisBehindLatest":${millisBehindLatest},"Records":[${answer.recordsJson()}]}`;
}

function parse(body: Buffer): unknown {
  try {
    // A body in ASCII, as nearly all are, is cheaper to read this way.
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw serviceError('SerializationException', 'The request is not JSON.');
  }
}

function decodeBlob(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  if (base64.length % 4 === 0 && bytes.length === (base64.length / 4) * 3 - padding) return bytes;
  throw serviceError('SerializationException', 'A blob is not base64.');
}

/** Timestamps go over the wire as seconds since 1970. */
function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSeconds(each)]));
}
