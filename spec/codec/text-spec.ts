import { expect } from 'chai';
import fc from 'fast-check';
import { text } from '../../src/codec/text.ts';
import { context } from './context.ts';

describe('text', () => {
  it('should read and write UTF-8', () => {
    const data = Uint8Array.of(0x7a, 0xc3, 0xbc, 0xf0, 0x9f, 0xa6, 0x86);
    expect(text().decode(data, context)).to.equal('zü🦆');
    expect([...text().encode('zü🦆', context)]).to.deep.equal([...data]);
  });

  it('should read and write nothing as an empty string', () => {
    expect(text().decode(new Uint8Array(), context)).to.equal('');
    expect(text().encode('', context)).to.have.lengthOf(0);
  });

  it('should decode what it encoded', () => {
    const codec = text();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(codec.decode(codec.encode(value, context), context)).to.equal(value);
      }),
    );
  });

  it('should keep a byte order mark', () => {
    expect(text().decode(text().encode('\ufeffa', context), context)).to.equal('\ufeffa');
  });

  it('should throw for malformed UTF-8 rather than replace it, and read on afterwards', () => {
    const codec = text();
    for (const malformed of [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      expect(() => codec.decode(Uint8Array.from(malformed), context)).to.throw(TypeError);
      expect(codec.decode(Uint8Array.of(0x61), context)).to.equal('a');
    }
  });

  it('should refuse to encode a lone surrogate rather than replace it', () => {
    for (const value of ['\ud83d', 'a\ude00b', '\ude00\ud83d']) {
      expect(() => text().encode(value, context)).to.throw(TypeError, 'lone surrogate');
    }
  });

  it('should refuse to encode what is no string', () => {
    expect(() => text().encode(7 as unknown as string, context)).to.throw(TypeError, 'value must be a string; got 7');
  });
});
