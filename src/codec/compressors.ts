import * as zlib from 'node:zlib';
import type { NumberRange } from '../internal/checkNumber.ts';
import { zstdFrames } from './zstdFrames.ts';

/** How the bytes of a record are compressed. */
export type Compression = 'gzip' | 'brotli' | 'zstd';

/** One way of compressing. */
export interface Compressor {
  readonly levels: NumberRange;
  readonly defaultLevel: number;
  readonly compress: (data: Uint8Array, level: number) => Uint8Array;
  /** Makes at most `maxBytes` bytes: past that, an error with the code `ERR_BUFFER_TOO_LARGE`. */
  readonly decompress: (data: Uint8Array, maxBytes: number) => Uint8Array;
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

type Inflate = (data: Uint8Array, options: object) => unknown;

/** What Node has from 22.15 on. Its types are younger than the oldest Node that this package runs on. */
const { zstdCompressSync, zstdDecompressSync } = zlib as {
  readonly zstdCompressSync?: (data: Uint8Array, options: object) => Buffer;
  readonly zstdDecompressSync?: Inflate;
};
/** ZSTD_c_compressionLevel of zstd.h. */
const ZSTD_LEVEL = 100;

/** By name. Those that this Node cannot do are `undefined`. */
export const compressors: Readonly<Record<Compression, Compressor | undefined>> = {
  gzip: {
    levels: { min: 0, max: 9 },
    defaultLevel: 6,
    compress: (data, level) => zlib.gzipSync(data, { level }),
    decompress: (data, maxBytes) => inflateAll(zlib.gunzipSync, data, maxBytes, isZero),
  },
  brotli: {
    levels: { min: 0, max: 11 },
    defaultLevel: 5,
    compress: (data, level) =>
      zlib.brotliCompressSync(data, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: level } }),
    decompress: (data, maxBytes) => inflateAll(zlib.brotliDecompressSync, data, maxBytes),
  },
  zstd: zstdCompressSync &&
    zstdDecompressSync && {
      levels: { min: 1, max: 22 },
      defaultLevel: 3,
      compress: (data, level) => zstdCompressSync(data, { params: { [ZSTD_LEVEL]: level } }),
      decompress: (data, maxBytes) => inflateFrames(zstdDecompressSync, data, maxBytes),
    },
};

const isZero = (byte: number) => byte === 0;

/** Inflates `data`, and throws where more than padding follows its end: zlib would pass over that in silence. */
function inflateAll(
  inflate: Inflate,
  data: Uint8Array,
  maxBytes: number,
  isPadding: (byte: number) => boolean = () => false,
): Uint8Array {
  const { buffer, engine } = inflate(data, { maxOutputLength: maxBytes, info: true }) as Inflated;
  const rest = data.subarray(engine.bytesWritten);
  if (!rest.every(isPadding)) throw new Error(`${rest.length} bytes follow its end`);
  return buffer;
}

/** Node reads the first frame only, and before Node 24 takes a frame that is cut for a whole one: so the frames are found first. */
function inflateFrames(inflate: Inflate, data: Uint8Array, maxBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let room = maxBytes;
  for (const frame of zstdFrames(data)) {
    // No room is not an allowed size; a frame that needs none of it is fine.
    const part = inflateAll(inflate, frame, Math.max(room, 1));
    if (part.length > room) throw Object.assign(new RangeError('no room'), { code: 'ERR_BUFFER_TOO_LARGE' });
    room -= part.length;
    parts.push(part);
  }
  const [first] = parts;
  return first && parts.length === 1 ? first : Buffer.concat(parts);
}
