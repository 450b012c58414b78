import { expect } from 'chai';
import fc from 'fast-check';
import { jsonList } from '../../src/codec/jsonList.ts';
import { context } from './context.ts';
import { survivesAnything } from './survivesAnything.ts';

const read = (written: string): readonly unknown[] => jsonList().decode(Buffer.from(written), context);
const write = (list: unknown[]): string => Buffer.from(jsonList().encode(list, context)).toString();

describe('jsonList', () => {
  it('should read and write one JSON array, in UTF-8', () => {
    expect(write([{ name: 'Zoë' }, 2, null])).to.equal('[{"name":"Zoë"},2,null]');
    expect(read(' [ {"name":"Zoë"} , 2, null ]\r\n')).to.deep.equal([{ name: 'Zoë' }, 2, null]);
  });

  it('should read and write an empty list', () => {
    expect(write([])).to.equal('[]');
    expect(read('[]')).to.deep.equal([]);
  });

  it('should decode what it encoded', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ stringUnit: 'binary' })), (list) => {
        // JSON has no -0, so what is compared is what JSON says of both.
        expect(JSON.stringify(read(write(list)))).to.equal(JSON.stringify(list));
      }),
    );
  });

  it('should pass over a byte order mark', () => {
    expect(read('\ufeff[1]')).to.deep.equal([1]);
  });

  it('should throw for JSON that is no array', () => {
    expect(() => read('{"a":1}')).to.throw(TypeError, 'the JSON must be an array; got an object');
    expect(() => read('null')).to.throw(TypeError, 'the JSON must be an array; got null');
  });

  it('should throw for malformed JSON, for no bytes at all and for malformed UTF-8', () => {
    expect(() => read('[1,')).to.throw(SyntaxError);
    expect(() => read('')).to.throw(SyntaxError);
    expect(() => jsonList().decode(Uint8Array.of(0x5b, 0xff, 0x5d), context)).to.throw(TypeError);
  });

  it('should name the value that JSON has no text for, rather than write null', () => {
    const wanted = 'must be something JSON can write';
    expect(() => write([1, undefined])).to.throw(TypeError, `value[1] ${wanted}; got undefined`);
    expect(() => write(new Array(1))).to.throw(TypeError, `value[0] ${wanted}; got undefined`);
    expect(() => write([0, Symbol('s')])).to.throw(TypeError, `value[1] ${wanted}; got Symbol(s)`);
    expect(() => write([1n])).to.throw(TypeError, `value[0] ${wanted}: Do not know how to serialize a BigInt`);
  });

  it('should refuse to encode what is no array', () => {
    expect(() => write({} as unknown as string[])).to.throw(TypeError, 'value must be an array; got an object');
  });

  it('should read and write no more items than maxItems', () => {
    const codec = jsonList({ maxItems: 2 });
    const message = 'an item follows the first 2, the bound of maxItems: give jsonList a greater one';
    for (const two of [
      [1, 2],
      ['a,b', '","'],
      ['\\', '",\\",'],
      [[1, 2, [3]], { a: [1, 2], b: 3 }],
    ]) {
      expect(codec.decode(codec.encode(two, context), context)).to.deep.equal(two);
      const three = Buffer.from(JSON.stringify([...two, 3]));
      expect(() => codec.decode(three, context)).to.throw(RangeError, `byte ${three.length - 3}: ${message}`);
    }
    expect(() => codec.encode([1, 2, 3], context)).to.throw(RangeError, 'value has 3 items, more than 2');
    expect(() => read(`[${'[],'.repeat(1_000_000)}[]]`)).to.throw(RangeError, 'an item follows the first 1000000');
  });

  it('should count items as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ stringUnit: 'binary' }), { minLength: 2, maxLength: 8 }), (list) => {
        const data = Buffer.from(JSON.stringify(list, null, 1));
        expect(jsonList({ maxItems: list.length }).decode(data, context)).to.have.lengthOf(list.length);
        expect(() => jsonList({ maxItems: list.length - 1 }).decode(data, context)).to.throw(RangeError);
      }),
    );
  });

  it('should throw for a text without end, however long', () => {
    expect(() => jsonList({ maxItems: 1 }).decode(Buffer.from('["a\\",,,,'), context)).to.throw(SyntaxError);
  });

  it('should refuse options that it does not have', () => {
    expect(() => jsonList({ max: 1 } as object)).to.throw(TypeError, 'jsonList has no option "max"; it has maxItems');
    expect(() => jsonList({ maxItems: 0 })).to.throw(RangeError, 'maxItems must be an integer from 1 to 100000000');
  });

  it('should throw an Error or read a list, whatever the bytes', () => {
    survivesAnything(jsonList(), ['1', '{"a":1}', ',', '[', ']', 'null', ' ']);
  });
});
