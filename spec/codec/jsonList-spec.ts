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

  it('should throw an Error or read a list, whatever the bytes', () => {
    survivesAnything(jsonList(), ['1', '{"a":1}', ',', '[', ']', 'null', ' ']);
  });
});
