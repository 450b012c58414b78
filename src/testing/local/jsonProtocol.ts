import { ReadAnswer } from '../fake/ReadAnswer.ts';
import { WriteAnswer } from '../fake/WriteAnswer.ts';
import { serviceError } from '../fake/serviceError.ts';
import { decodeBlob, decodeBlobs } from './decodeBlobs.ts';
import { readFlatBody } from './readFlatBody.ts';

export const JSON_1_1 = 'application/x-amz-json-1.1';

/** Reads the body of a request; blobs become bytes, timestamps stay seconds. The body is used up: blobs are decoded in its place. */
export function decodeInput(body: Buffer): object {
  const flat = readFlatBody(body);
  if (flat) {
    decodeBlobs(body, flat.blobs);
    return flat.input;
  }
  const input = parse(body);
  const { Records } = input as { readonly Records?: unknown };
  for (const holder of (Array.isArray(Records) ? Records : [input]) as ({ Data?: unknown } | null)[]) {
    if (typeof holder?.Data === 'string') holder.Data = decodeBlob(holder.Data);
  }
  return input;
}

/** Writes an answer's body, in memory that `allocate` gives where that is much; empty where the operation answers nothing. */
export function encodeOutput(output: object, allocate: (bytes: number) => Buffer): Buffer {
  if (output instanceof ReadAnswer) return output.json(allocate);
  if (output instanceof WriteAnswer) return output.json(allocate);
  if (Object.keys(output).length === 0) return Buffer.alloc(0);
  return Buffer.from(JSON.stringify(withSeconds(output)));
}

/** Writes an error's body. */
export const encodeError = (name: string, message: string): Buffer =>
  Buffer.from(JSON.stringify({ __type: name, message }));

function parse(body: Buffer): object {
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    throw serviceError('SerializationException', 'The request is not JSON.');
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw serviceError('SerializationException', 'Start of structure expected at the top of the request.');
}

/** Timestamps go over the wire as seconds since 1970. */
function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSeconds(each)]));
}
