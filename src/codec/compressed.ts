import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe, type NumberRange } from '../internal/checkNumber.ts';
import { checkCodec } from './checkCodec.ts';
import type { Codec } from './Codec.ts';
import { type Compression, type Compressor, compressors } from './compressors.ts';

/** How `compressed` compresses, and how much it decompresses. */
export interface CompressedOptions {
  /** How hard to compress: 0 to 9 for gzip, 0 to 11 for brotli, 1 to 22 for zstd. Default 6 for gzip, 5 for brotli, 3 for zstd. */
  readonly level?: number;
  /**
   * The most bytes that a record decompresses to, 1 to 1 GiB: decompressing stops with a `RangeError` there. Encoding refuses what decoding would.
   * It bounds bytes, not what the codec makes of them: a byte of JSON can take 28 of the heap. Default 16 MiB.
   */
  readonly maxDecodedBytes?: number;
}

const NAMES: Readonly<Record<keyof CompressedOptions, true>> = { level: true, maxDecodedBytes: true };
const MAX_DECODED_BYTES: NumberRange = { min: 1, max: 2 ** 30 };
const DEFAULT_MAX_DECODED_BYTES = 16 * 2 ** 20;

/**
 * Compresses what a codec writes, and decompresses what it reads.
 *
 * It compresses record by record, in the calling thread, so it pays off for large records, such as batches: a record of 100 bytes may well grow.
 * `'gzip'` and `'brotli'` work in every Node; `'zstd'` needs Node 22.15, or 23.8 or later, where records are read too.
 *
 * Decoding throws for what is not compressed in this way, is cut, or has bytes behind its end, but for zeros behind gzip, which pad it; members of gzip and
 * frames of zstd that follow one another are read as one. A record that decompresses to more than `maxDecodedBytes` throws a `RangeError` before there is more than that in memory.
 *
 * @throws TypeError or RangeError when an argument is wrong; Error when this Node has no zstd
 *
 * @example
 * ```ts
 * import { bufferTime, filter, interval } from 'rxjs';
 * import { compressed, jsonLines, toKinesis } from 'rxjs-kinesis';
 *
 * interval(1)
 *   .pipe(
 *     bufferTime(1_000),
 *     filter((list) => list.length > 0),
 *     toKinesis('ticks', { codec: compressed(jsonLines<number>(), 'gzip') }),
 *   )
 *   .subscribe();
 * ```
 */
export function compressed<T>(codec: Codec<T>, compression: Compression, options: CompressedOptions = {}): Codec<T> {
  checkCodec(codec, 'compressed');
  checkNames(options, NAMES, 'compressed');
  const { levels, defaultLevel, compress, decompress } = compressorOf(compression);
  const level = checkNumber('level', options.level ?? defaultLevel, levels);
  const maxDecodedBytes = options.maxDecodedBytes ?? DEFAULT_MAX_DECODED_BYTES;
  checkNumber('maxDecodedBytes', maxDecodedBytes, MAX_DECODED_BYTES);

  return {
    name: `${compression}(${codec.name})`,
    decode(data, context) {
      let decompressed: Uint8Array;
      try {
        decompressed = decompress(data, maxDecodedBytes);
      } catch (cause) {
        if (isTooLarge(cause)) {
          throw new RangeError(
            `the record's ${data.length} bytes decompress to more than maxDecodedBytes (${maxDecodedBytes}): raise it if records are meant to be ` +
              'so large; else this is a decompression bomb',
            { cause },
          );
        }
        throw new Error(`the data is not whole ${compression}: ${(cause as Error).message}`, { cause });
      }
      return codec.decode(decompressed, context);
    },
    encode(value, context) {
      const written = codec.encode(value, context);
      if (written.length > maxDecodedBytes) {
        throw new RangeError(
          `value takes ${written.length} bytes before it is compressed, more than maxDecodedBytes (${maxDecodedBytes}), so it could not be read`,
        );
      }
      return compress(written, level);
    },
  };
}

function compressorOf(compression: Compression): Compressor {
  const names = Object.keys(compressors).join(', ');
  if (!Object.hasOwn(compressors, compression)) {
    throw new TypeError(`the compression must be one of ${names}; got ${describe(compression)}`);
  }
  const compressor = compressors[compression];
  if (compressor) return compressor;
  throw new Error(
    `compressed needs Node 22.15, or 23.8 or later, for ${compression}; this is Node ${process.versions.node}. Run on one of those, or take gzip or brotli.`,
  );
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}
