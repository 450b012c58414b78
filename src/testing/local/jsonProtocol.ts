import { ReadAnswer } from '../fake/ReadAnswer.ts';
import { serviceError } from '../fake/serviceError.ts';
import { cutOutBlobs } from './cutOutBlobs.ts';

export const JSON_1_1 = 'application/x-amz-json-1.1';

/** Reads the body of a request; blobs become bytes, timestamps stay seconds. The body is used up: blobs are decoded in its place. */
export function decodeInput(body: Buffer): object {
  const cut = cutOutBlobs(body);
  const input = parse(cut?.json ?? body);
  const holders: { Data: unknown }[] = [];
  eachBlob(input, (holder) => holders.push(holder));
  const places = cut?.places ?? [];
  if (holders.length === places.length) {
    holders.forEach((holder, index) => {
      const { start, end } = places[index] ?? { start: 0, end: 0 };
      holder.Data = decodeBlob(body.toString('latin1', start, end), body, start);
    });
    return input;
  }
  // Nothing could be cut out, or it stood where no operation has a blob.
  const whole = cut ? parse(body) : input;
  eachBlob(whole, (holder, base64) => {
    holder.Data = decodeBlob(base64, Buffer.allocUnsafe(base64.length), 0);
  });
  return whole;
}

function eachBlob(input: object, visit: (holder: { Data: unknown }, base64: string) => void): void {
  const { Records } = input as { Records?: unknown };
  for (const entry of Array.isArray(Records) ? (Records as unknown[]) : [input]) {
    if (typeof entry === 'object' && entry !== null && hasText(entry)) visit(entry, entry.Data);
  }
}

const hasText = (holder: object): holder is { Data: string } =>
  typeof (holder as { readonly Data?: unknown }).Data === 'string';

/** Writes an answer's body; empty where the operation answers nothing. */
export function encodeOutput(output: object): Buffer {
  if (output instanceof ReadAnswer) return output.json();
  if (Object.keys(output).length === 0) return Buffer.alloc(0);
  return Buffer.from(JSON.stringify('Records' in output ? output : withSeconds(output)));
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

function decodeBlob(base64: string, into: Buffer, start: number): Buffer {
  const written = into.write(base64, start, 'base64');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  if (base64.length % 4 === 0 && written === (base64.length / 4) * 3 - padding) {
    return into.subarray(start, start + written);
  }
  throw serviceError('SerializationException', 'A blob is not base64.');
}

/** Timestamps go over the wire as seconds since 1970. */
function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSeconds(each)]));
}
