import * as zlib from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { bytes } from '../../src/codec/bytes.ts';
import type { Codec } from '../../src/codec/Codec.ts';
import { compressed } from '../../src/codec/compressed.ts';
import type { Compression } from '../../src/codec/compressors.ts';
import { json } from '../../src/codec/json.ts';
import { jsonLines } from '../../src/codec/jsonLines.ts';
import { context } from './context.ts';
import { survivesAnything } from './survivesAnything.ts';

const MIB = 2 ** 20;
const { zstdCompressSync } = zlib as { zstdCompressSync?: (data: Uint8Array) => Buffer };

/** What Node itself writes, for those that this Node has, and their highest levels. */
const peers: readonly (readonly [Compression, (data: Uint8Array) => Buffer, number])[] = [
  ['gzip', (data) => zlib.gzipSync(data), 9],
  ['brotli', (data) => zlib.brotliCompressSync(data), 11],
  ...(zstdCompressSync ? [['zstd', zstdCompressSync, 22] as const] : []),
];

describe('compressed', () => {
  for (const [compression, compress, highest] of peers) {
    describe(compression, () => {
      const text = Buffer.from('{"a":"hello"}\n'.repeat(1_000));
      const codec = compressed(bytes(), compression);

      it('should read what was compressed elsewhere, and write less than it is given', () => {
        expect(Buffer.from(codec.decode(compress(text), context)).equals(text)).to.equal(true);
        expect(codec.encode(text, context)).to.have.length.below(text.length / 10);
      });

      it('should decode what it encoded', () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 2_000 }), (data) => {
            expect([...codec.decode(codec.encode(data, context), context)]).to.deep.equal([...data]);
          }),
        );
      });

      it('should wrap any codec, and be named after it', () => {
        const lines = compressed(jsonLines(), compression);
        expect(lines.name).to.equal(`${compression}(jsonLines)`);
        expect(lines.decode(lines.encode([1, { a: 2 }], context), context)).to.deep.equal([1, { a: 2 }]);
        expect(lines.decode(lines.encode([], context), context)).to.deep.equal([]);
      });

      it('should give the codec the context, and let its errors through', () => {
        const seen: unknown[] = [];
        const own: Codec<string> = {
          name: 'own',
          decode: (_, given) => String(seen.push(given)),
          encode: (_, given) => Buffer.from([seen.push(given)]),
        };
        const around = compressed(own, compression);
        around.decode(around.encode('', context), context);
        expect(seen).to.deep.equal([context, context]);
        expect(() => compressed(json(), compression).decode(compress(Buffer.from('{')), context)).to.throw(SyntaxError);
      });

      it('should stop at maxDecodedBytes, whatever a bomb holds', () => {
        const bomb = compress(Buffer.alloc(17 * MIB));
        const before = process.memoryUsage().arrayBuffers;
        const small = compressed(bytes(), compression, { maxDecodedBytes: MIB });
        const message = `the record's ${bomb.length} bytes decompress to more than maxDecodedBytes (1048576)`;
        expect(() => small.decode(bomb, context)).to.throw(RangeError, message);
        expect(process.memoryUsage().arrayBuffers - before).to.be.below(8 * MIB);
        expect(() => codec.decode(bomb, context)).to.throw(RangeError, 'maxDecodedBytes (16777216)');
      });

      it('should read just maxDecodedBytes, and refuse to write more', () => {
        const small = compressed(bytes(), compression, { maxDecodedBytes: 100 });
        expect(small.decode(small.encode(Buffer.alloc(100), context), context)).to.have.lengthOf(100);
        expect(() => small.decode(compress(Buffer.alloc(101)), context)).to.throw(RangeError, 'maxDecodedBytes (100)');
        expect(() => small.encode(Buffer.alloc(101), context)).to.throw(
          RangeError,
          'value takes 101 bytes before it is compressed, more than maxDecodedBytes (100)',
        );
      });

      it('should throw for what is cut, wherever', () => {
        const whole = compress(Buffer.from('some words, and some more words'));
        for (let length = 0; length < whole.length; length += 1) {
          expect(() => codec.decode(whole.subarray(0, length), context), String(length)).to.throw(
            Error,
            `the data is not whole ${compression}: `,
          );
        }
      });

      it('should throw for what follows the end, and for what was never compressed', () => {
        const whole = compress(Buffer.from('some words'));
        for (const data of [
          Buffer.concat([whole, Buffer.from('more')]),
          Buffer.from('{"a":1}'),
          Buffer.alloc(20, 0x78),
        ]) {
          expect(() => codec.decode(data, context)).to.throw(Error, `the data is not whole ${compression}: `);
        }
      });

      it('should compress harder at a higher level, and refuse one that there is not', () => {
        const rows = Array.from({ length: 3_000 }, (_, n) => ({
          id: n,
          name: `n${(n * 7919) % 1_009}`,
          at: n * n * 37,
        }));
        const words = Buffer.from(JSON.stringify(rows));
        const size = (level: number): number =>
          compressed(bytes(), compression, { level }).encode(words, context).length;
        expect(size(highest)).to.be.below(size(1));
        expect(() => compressed(bytes(), compression, { level: highest + 1 })).to.throw(
          RangeError,
          /^level must be an integer from/,
        );
        expect(() => compressed(bytes(), compression, { level: -1 })).to.throw(RangeError);
      });

      it('should throw an Error or read something, whatever the bytes', () => {
        const whole = compress(Buffer.from('abcabcabcabc'));
        survivesAnything(codec, [whole, whole.subarray(0, 8), whole.subarray(8), whole.subarray(0, -1)]);
      });
    });
  }

  it('should pass over zeros behind gzip, which pad it', () => {
    const padded = Buffer.concat([zlib.gzipSync('[1]'), Buffer.alloc(7)]);
    expect(compressed(json(), 'gzip').decode(padded, context)).to.deep.equal([1]);
  });

  it('should throw for what follows zeros behind gzip', () => {
    const codec = compressed(json(), 'gzip');
    for (const rest of [Buffer.from('hello'), zlib.gzipSync('2')]) {
      const data = Buffer.concat([zlib.gzipSync('[1]'), Buffer.alloc(1), rest]);
      const message = `the data is not whole gzip: ${1 + rest.length} bytes follow its end`;
      expect(() => codec.decode(data, context)).to.throw(Error, message);
    }
  });

  it('should read members of gzip that follow one another', () => {
    const data = Buffer.concat([zlib.gzipSync('[1,'), zlib.gzipSync('2]')]);
    expect(compressed(json(), 'gzip').decode(data, context)).to.deep.equal([1, 2]);
  });

  if (zstdCompressSync) {
    it('should read frames of zstd that follow one another, and bound them together', () => {
      const data = Buffer.concat([zstdCompressSync(Buffer.from('[1,')), zstdCompressSync(Buffer.from('2]'))]);
      expect(compressed(json(), 'zstd').decode(data, context)).to.deep.equal([1, 2]);
      expect(compressed(json(), 'zstd', { maxDecodedBytes: 5 }).decode(data, context)).to.deep.equal([1, 2]);
      expect(() => compressed(json(), 'zstd', { maxDecodedBytes: 4 }).decode(data, context)).to.throw(
        RangeError,
        'more than maxDecodedBytes (4)',
      );
      const digits = Buffer.concat([zstdCompressSync(Buffer.from('1')), zstdCompressSync(Buffer.from('2'))]);
      expect(() => compressed(json(), 'zstd', { maxDecodedBytes: 1 }).decode(digits, context)).to.throw(RangeError);
    });
  } else {
    it('should say at the call which Node has zstd', () => {
      expect(() => compressed(json(), 'zstd')).to.throw(
        Error,
        `compressed needs Node 22.15, or 23.8 or later, for zstd; this is Node ${process.versions.node}.`,
      );
    });
  }

  it('should refuse wrong arguments', () => {
    expect(() => compressed(json(), 'lz4' as Compression)).to.throw(
      TypeError,
      'the compression must be one of gzip, brotli, zstd; got "lz4"',
    );
    expect(() => compressed({} as Codec<string>, 'gzip')).to.throw(TypeError, 'compressed needs a codec');
    expect(() => compressed(json(), 'gzip', { quality: 1 } as object)).to.throw(TypeError, 'no option "quality"');
    expect(() => compressed(json(), 'gzip', { maxDecodedBytes: 2 ** 31 })).to.throw(
      RangeError,
      'maxDecodedBytes must be an integer from 1 to 1073741824; got 2147483648',
    );
  });
});
