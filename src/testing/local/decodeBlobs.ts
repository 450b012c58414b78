import { serviceError } from '../fake/serviceError.ts';

const PADDING = 0x3d;
/** The letter A, in ASCII. */
const ZERO_BITS = 0x41;
/** So much is decoded at a time: a call costs about as much as decoding a KiB, and a longer string has to have memory of its own. */
const CHUNK_BYTES = 64 * 1024;

/** Where the base64 of a blob stands in a request, and the member that gets its bytes. */
export interface BlobPlace {
  readonly holder: { Data?: unknown };
  readonly start: number;
  readonly end: number;
}

/**
 * Decodes the blobs of a request, in order, and in its place: the request is used up.
 *
 * @throws SerializationException when one is not base64.
 */
export function decodeBlobs(body: Buffer, blobs: readonly BlobPlace[]): void {
  let size = 0;
  for (const { holder, start, end } of blobs) {
    if ((end - start) % 4 !== 0) throw notBase64();
    const padding = paddingBefore(body, start, end);
    body.copyWithin(size, start, end);
    const bytesStart = bytesOf(size);
    size += end - start;
    // One text, without padding inside, is decoded faster than many.
    for (let at = size - padding; at < size; at += 1) body[at] = ZERO_BITS;
    holder.Data = body.subarray(bytesStart, bytesOf(size) - padding);
  }
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const end = Math.min(size, at + CHUNK_BYTES);
    // What is no base64 is skipped, and missing then.
    const written = body.write(body.toString('latin1', at, end), bytesOf(at), 'base64');
    if (written !== bytesOf(end - at)) throw notBase64();
  }
}

/** Decodes base64 that came as a string. */
export function decodeBlob(base64: string): Buffer {
  const body = Buffer.from(base64);
  const holder = { Data: body };
  decodeBlobs(body, [{ holder, start: 0, end: body.length }]);
  return holder.Data;
}

const bytesOf = (base64Length: number) => (base64Length / 4) * 3;

function paddingBefore(body: Buffer, start: number, end: number): number {
  if (end === start || body[end - 1] !== PADDING) return 0;
  return body[end - 2] === PADDING ? 2 : 1;
}

const notBase64 = () => serviceError('SerializationException', 'A blob is not base64.');
