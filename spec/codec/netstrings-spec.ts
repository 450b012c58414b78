import { expect } from 'chai';
import fc from 'fast-check';
import { bytes } from '../../src/codec/bytes.ts';
import type { Codec } from '../../src/codec/Codec.ts';
import { json } from '../../src/codec/json.ts';
import { netstrings } from '../../src/codec/netstrings.ts';
import { text } from '../../src/codec/text.ts';
import { context } from './context.ts';
import { survivesAnything } from './survivesAnything.ts';

const read = (written: string): readonly string[] => netstrings(text()).decode(Buffer.from(written), context);

describe('netstrings', () => {
  it('should frame each item with its length in bytes', () => {
    const codec = netstrings(text());
    expect(Buffer.from(codec.encode(['123', 'Zoë', ''], context)).toString()).to.equal('3:123,4:Zoë,0:,');
    expect(read('3:123,4:Zoë,0:,')).to.deep.equal(['123', 'Zoë', '']);
  });

  it('should write an empty list as nothing, and read nothing as an empty list', () => {
    expect(netstrings(text()).encode([], context)).to.have.lengthOf(0);
    expect(read('')).to.deep.equal([]);
  });

  it('should decode what it encoded, whatever the items hold', () => {
    const codec = netstrings(bytes());
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (list) => {
        const decoded = codec.decode(codec.encode(list, context), context);
        expect(decoded.map((item) => [...item])).to.deep.equal(list.map((item) => [...item]));
      }),
    );
  });

  it('should nest', () => {
    const codec = netstrings(netstrings(json()));
    const lists = [[1, 'a'], [], [{ b: 2 }]];
    expect(codec.name).to.equal('netstrings(netstrings(json))');
    expect(Buffer.from(codec.encode(lists, context)).toString()).to.equal('10:1:1,3:"a",,0:,10:7:{"b":2},,');
    expect(codec.decode(codec.encode(lists, context), context)).to.deep.equal(lists);
  });

  it('should give the codec of the items views of the data, and the context', () => {
    const data = Uint8Array.from(Buffer.from('1:a,'));
    const seen: unknown[] = [];
    const codec: Codec<string> = {
      name: 'own',
      decode(item, given) {
        seen.push(item.buffer === data.buffer, given);
        return 'a';
      },
      encode(_, given) {
        seen.push(given);
        return Buffer.from('a');
      },
    };
    netstrings(codec).decode(data, context);
    netstrings(codec).encode(['a'], context);
    expect(seen).to.deep.equal([true, context, context]);
  });

  for (const [what, written, message] of [
    ['no length', ':a,', 'byte 0: a length in decimal digits was expected; got 0x3a (:)'],
    ['a sign', '-1:a,', 'byte 0: a length in decimal digits was expected; got 0x2d (-)'],
    ['a byte that does not print', '1:a,\n', 'byte 4: a length in decimal digits was expected; got 0x0a'],
    ['a leading zero', '1:a,01:b,', 'byte 4: a length must have no leading zero'],
    ['a length that is endless', '99999999999:a,', 'byte 0: a length has at most 10 digits'],
    ['no colon', '1:a,1;b,', 'byte 5: ":" was expected after the length; got 0x3b (;)'],
    ['nothing after the length', '1:a,12', 'byte 6: ":" was expected after the length; got the end of the data'],
    ['an item that is cut', '1:a,5:abc', 'byte 4: the length is 5, and only 3 bytes follow for the item and its comma'],
    ['a comma that is cut', '1:a,1:b', 'byte 4: the length is 1, and only 1 bytes follow for the item and its comma'],
    ['a length that is too small', '1:a,1:bc,', 'byte 7: "," was expected after the item; got 0x63 (c)'],
    ['a length that is too great', '2:a,1:b,', 'byte 4: "," was expected after the item; got 0x31 (1)'],
  ] as const) {
    it(`should name the byte where there is ${what}`, () => {
      expect(() => read(written)).to.throw(SyntaxError, message);
    });
  }

  it('should name the item that its codec cannot read, or write', () => {
    const codec = netstrings(json());
    expect(() => codec.decode(Buffer.from('1:1,3:{"a,'), context))
      .to.throw(Error, /^item 1, at byte 4: SyntaxError: .*JSON/)
      .with.property('cause')
      .that.is.an.instanceOf(SyntaxError);
    expect(() => codec.encode([1, undefined], context))
      .to.throw(Error, 'item 1: TypeError: value must be something JSON can write; got undefined')
      .with.property('cause')
      .that.is.an.instanceOf(TypeError);
  });

  it('should read and write no more items than maxItems', () => {
    const codec = netstrings(text(), { maxItems: 2 });
    expect(codec.decode(Buffer.from('0:,0:,'), context)).to.have.lengthOf(2);
    expect(codec.encode(['', ''], context)).to.have.lengthOf(6);
    const message = 'an item follows the first 2, the bound of maxItems';
    expect(() => codec.decode(Buffer.from('0:,0:,0:,'), context)).to.throw(RangeError, `byte 6: ${message}`);
    expect(() => codec.encode(['', '', ''], context)).to.throw(RangeError, 'value has 3 items, more than 2');
  });

  it('should refuse to encode what is no array', () => {
    expect(() => netstrings(text()).encode('ab' as unknown as string[], context)).to.throw(
      TypeError,
      'value must be an array; got "ab"',
    );
  });

  it('should throw an Error or read a list, whatever the bytes', () => {
    survivesAnything(netstrings(netstrings(json())), ['0:,', '1:1,', '4:1:1,,', '9', '0', ':', ',', '3:', '4:']);
  });

  it('should refuse what is no codec, and options that it does not have', () => {
    expect(() => netstrings({} as Codec<string>)).to.throw(
      TypeError,
      'netstrings needs a codec, with methods decode and encode, such as json(); got an object',
    );
    const reader = { name: 'reader', decode: () => 'a' } as unknown as Codec<string>;
    expect(() => netstrings(reader)).to.throw(TypeError, 'netstrings needs a codec');
    expect(() => netstrings(json as unknown as Codec<string>)).to.throw(TypeError, 'got a function');
    expect(() => netstrings(text(), { max: 1 } as object)).to.throw(TypeError, 'netstrings has no option "max"');
    expect(() => netstrings(text(), { maxItems: 0 })).to.throw(
      RangeError,
      'maxItems must be an integer from 1 to 100000000; got 0',
    );
  });
});
